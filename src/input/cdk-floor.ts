/** The compiled index calls this first, so that an app on an old AWS CDK gets a sentence in every language. */

/**
 * @param needed the oldest version that is supported, as package.json names it, e.g. `^2.275.0`
 * @param found the version of aws-cdk-lib that the app has
 * @throws if it is older
 */
export function requireCdk(needed: string, found: string): void {
  const floor = needed.replace(/^\D+/, '');
  if (isOlder(found, floor)) {
    throw new Error(
      `aws-cdk-lib must be ${floor} or newer (got ${found}). Update aws-cdk-lib in your project to use cdk-s3-strongbox.`,
    );
  }
}

function isOlder(version: string, floor: string): boolean {
  const [has, needs] = [version, floor].map((text) => text.split('.').map((part) => Number.parseInt(part, 10)));
  const differing = needs.findIndex((part, i) => part !== has[i]);
  return differing >= 0 && has[differing] < needs[differing];
}
