/**
 * Where something is deployed that the templates do not place: every account and Region that policies can tell apart.
 */
import { ACCESS_POINT_ACCOUNT_KEY, ACCESS_POINT_ARN_KEY } from './access-point-arns';
import { digits, glob, literal } from './glob';
import type { Statement } from './policy';
import { policiesOf, type Property } from './property';
import { witnesses, type Question } from './witnesses';
import { isUnknown } from '../template/unknown';

/** How an account and a Region are written that only the deployment knows. */
const ACCOUNT = '{AccountId}';
const REGION = '{Region}';

/** A property as it is in one account and Region. */
export interface Placement {
  readonly property: Property;
  /** In words; absent where it is like in any place that nothing names. */
  readonly where?: string;
}

const ACCOUNT_KEYS = new Set([
  'aws:principalaccount',
  'kms:calleraccount',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:resourceaccount',
  's3:resourceaccount',
  'aws:userid',
  ACCESS_POINT_ACCOUNT_KEY,
]);
const ARN_KEYS = new Set(['aws:principalarn', 'aws:sourcearn', ACCESS_POINT_ARN_KEY]);

/** One property for each place that its policies tell from others. */
export function placementsOf(property: Property): Placement[] {
  const statements = [...policiesOf(property).flatMap((policy) => policy.statements), property.region];
  const accounts = mentions(property, ACCOUNT) ? accountsIn(statements, property.place) : [undefined];
  const regions = mentions(property, REGION) ? regionsIn(statements, property.place) : [undefined];
  return accounts.flatMap((account) =>
    regions.map((region): Placement => {
      if (account === undefined && region === undefined) return { property };
      let text = JSON.stringify(property);
      if (account !== undefined) text = text.replaceAll(ACCOUNT, account);
      if (region !== undefined) text = text.replaceAll(REGION, region);
      const names = [
        ...(account === undefined ? [] : [`the account ${account}`]),
        ...(region === undefined ? [] : [`the Region ${region}`]),
      ];
      return { property: JSON.parse(text) as Property, where: `in ${names.join(' and ')}` };
    }),
  );
}

/** Whether requests of the property carry the place: policies may name it anywhere. */
function mentions({ environment, targets, region }: Property, placeholder: string): boolean {
  return (
    environment.account.includes(placeholder) ||
    targets.some(({ arn }) => arn.includes(placeholder)) ||
    (environment.accessPoints ?? []).some(({ arn }) => arn.includes(placeholder)) ||
    Object.keys(environment.identities ?? {}).some((arn) => arn.includes(placeholder)) ||
    region.conditions.some(({ values }) => values.some((value) => value.includes(placeholder)))
  );
}

function accountsIn(statements: readonly Statement[], place: string): Array<string | undefined> {
  const spelled = new Set<string>();
  const patterns = new Set<string>();
  const note = (text: string | undefined) => {
    if (text === undefined || isUnknown(text)) return;
    if (/^\d{12}$/.test(text)) spelled.add(text);
    else if (/^[\d*?]*$/.test(text) && /[\d?]/.test(text)) patterns.add(text);
  };
  for (const text of textsIn(statements, ARN_KEYS)) {
    note(text.split(':')[4]);
    // In a text of which a wildcard may take in colons, digits can be those of an account wherever they stand.
    if (/\*/.test(text.split(':').slice(0, 5).join())) {
      for (const run of text.match(/[\d*?]*\d[\d*?]*/g) ?? []) note(`*${run}*`);
    }
  }
  // The id of a federated user is an account and a name.
  for (const text of textsIn(statements, ACCOUNT_KEYS, false)) note(text.split(':')[0]);
  for (const { principals = [] } of statements) {
    for (const { value } of principals) note(/^\d{12}$/.test(value) ? value : value.split(':')[4]);
  }
  return [...placesOf(spelled, patterns, digits(12), place)];
}

const REGION_NAME = /(?<![a-z0-9])[a-z]{2}(?:-[a-z]+)+-\d(?!\d)/g;

function regionsIn(statements: readonly Statement[], place: string): Array<string | undefined> {
  const spelled = new Set<string>();
  const patterns = new Set<string>();
  const texts = textsIn(statements, new Set([...ARN_KEYS, 'kms:viaservice', 'aws:requestedregion']));
  for (const text of texts) {
    for (const name of text.match(REGION_NAME) ?? []) spelled.add(name);
    const part = text.startsWith('arn:')
      ? text.split(':')[3]
      : text.replace(/^[a-z0-9-]+\.(.*)\.amazonaws\.com$/, '$1');
    if (part !== undefined && /[*?]/.test(part) && part !== '*') patterns.add(part);
  }
  return [...placesOf(spelled, patterns, glob('?*', false), place)];
}

/**
 * Each place that is spelled out, and one for each combination of patterns; undefined for one of which nothing is said.
 */
function placesOf(
  spelled: ReadonlySet<string>,
  patterns: ReadonlySet<string>,
  form: ReturnType<typeof digits>,
  place: string,
): Set<string | undefined> {
  if (patterns.size === 0) return new Set([undefined, ...spelled]);
  const questions: Question[] = [
    ...[...spelled].map((text) => ({ pattern: literal(text) })),
    ...[...patterns].map((text) => ({ pattern: glob(text) })),
  ];
  return new Set([...witnesses(questions, [form], place), ...spelled]);
}

/** What statements compare with ARNs or accounts; unknown parts are answered with doubt elsewhere. */
function textsIn(statements: readonly Statement[], keys: ReadonlySet<string>, resources = true): Set<string> {
  return new Set(
    statements
      .flatMap((statement) => [
        ...(resources ? statement.resources : []),
        ...statement.conditions.filter(({ key }) => keys.has(key)).flatMap(({ values }) => values),
      ])
      .filter((text) => !isUnknown(text)),
  );
}
