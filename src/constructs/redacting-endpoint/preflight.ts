/** CORS preflight requests at the edge. */
export const READING_METHODS = ['GET', 'HEAD'];

export const READING_HEADERS = [
  'authorization',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
];

export const PREFLIGHT_SECONDS = 600;

/**
 * Answers a browser's question before a request at the edge: it comes without the token, and the function would refuse
 * it.
 */
export function preflight(allowedOrigins: string[]): string[] {
  if (allowedOrigins.length === 0) return [];
  const patterns = allowedOrigins.map(
    (origin) =>
      `/^${origin
        .toLowerCase()
        .replace(/[.+?^${}()|[\]\\/]/g, '\\$&')
        .replace('*', '[^/:]+')}$/`,
  );
  return [
    "  if (event.request.method === 'OPTIONS') {",
    "    var origin = headers.origin ? headers.origin.value : '';",
    `    var allowed = [${patterns.join(', ')}].some(function (pattern) { return pattern.test(origin); });`,
    "    if (!allowed) return { statusCode: 403, statusDescription: 'Forbidden' };",
    "    return { statusCode: 204, statusDescription: 'No Content', headers: {",
    "      'access-control-allow-origin': { value: origin },",
    `      'access-control-allow-methods': { value: '${READING_METHODS.join(', ')}' },`,
    `      'access-control-allow-headers': { value: '${READING_HEADERS.join(', ')}' },`,
    `      'access-control-max-age': { value: '${PREFLIGHT_SECONDS}' },`,
    "      'vary': { value: 'Origin' },",
    '    } };',
    '  }',
  ];
}
