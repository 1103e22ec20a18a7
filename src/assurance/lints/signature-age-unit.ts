import type { Lint } from './lint';

/** Less than this is no time to send a request in. */
const SHORTEST_MS = 10_000;
/** Seven days, for which a presigned URL is valid at most. */
const LONGEST_SECONDS = 604_800;

/** 600 are not ten minutes. */
export const signatureAgeUnit: Lint = {
  id: 'signature-age-unit',
  title: 'A condition compares s3:signatureAge with seconds',
  fix: 'Write milliseconds: 600000 for ten minutes, 86400000 for a day.',
  page: 'https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html',
  example: {
    wrong: '"NumericGreaterThan": { "s3:signatureAge": "600" }',
    right: '"NumericGreaterThan": { "s3:signatureAge": "600000" }',
  },
  *find(template) {
    for (const { conditions, document } of template.statements) {
      for (const { key, operator, values, location } of conditions) {
        if (!/^s3:signatureAge$/i.test(key) || !/^Numeric/i.test(operator)) continue;
        const value = values.find(looksLikeSeconds);
        if (value === undefined) continue;
        yield {
          resource: document.resource,
          location,
          message:
            `"s3:signatureAge" counts milliseconds, so ${value} ${value === '1' ? 'is' : 'are'} ` +
            `${Number(value) / 1000} seconds: for ${value} seconds write ${Number(value) * 1000}.`,
        };
      }
    }
  },
};

/** What is too short, and whole minutes in seconds that are no whole seconds in milliseconds (3600, 86400). */
function looksLikeSeconds(value: string): boolean {
  if (!/^\d+$/.test(value)) return false;
  const number = Number(value);
  if (number === 0 || number > LONGEST_SECONDS) return false;
  return number < SHORTEST_MS || (number % 60 === 0 && number % 1000 !== 0);
}
