/** Loaded where it is first wanted: it costs milliseconds, and to find and label nothing of it is needed. */
export function crypto(): typeof import('node:crypto') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would be loaded with the file
  return require('node:crypto');
}
