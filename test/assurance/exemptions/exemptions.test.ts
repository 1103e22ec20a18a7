import { canFail, casesOf, domainOf, KINDS, keysOf, ofKind, type Kind } from './cases';
import { pairs, replaced, type Pair } from './pairs';
import { UnsupportedError } from '../../../src/assurance/engine/operators';
import { policiesOf, type Property } from '../../../src/assurance/engine/property';
import { prove, type Outcome } from '../../../src/assurance/engine/prove';

/**
 * A Deny on which a proof rests is exempted by each condition key, and an Allow restricted by it. By default every
 * `STEP`-th case of a pair is tried, beginning elsewhere for each; EXEMPTIONS=all tries all.
 */
const STEP = process.env.EXEMPTIONS === 'all' ? 1 : 24;

/** Keys that follow from each other: where a statement speaks of one, the others are not free. */
const RELATED = [
  /^(aws:securetransport|s3:tlsversion)$/,
  /^s3:x-amz-server-side-encryption/,
  /^(aws:sourcevpc|aws:sourcevpce|aws:sourceip|aws:vpc.*|aws:sourcevpcarn)$/,
  /^s3:(dataaccesspoint.*|accesspointnetworkorigin)$/,
  /^(aws:calledvia.*|aws:viaawsservice)$/,
  /^aws:multifactorauth/,
  /^s3:signature|^s3:authtype$/,
  /^kms:(encryptioncontext|viaservice)/,
  /^s3:object-lock-/,
  /^(aws:principal.*|aws:username|aws:userid|aws:federatedprovider|kms:calleraccount|strongbox:.*)$/,
];

/** Tells whether the policies or the guarantee speak of a key, or of one that it follows from. */
function spokenOf({ property }: Pair): (key: string) => boolean {
  const statements = [...policiesOf(property).flatMap((policy) => policy.statements), property.region];
  const spoken = statements.flatMap(({ conditions }) => conditions.map((condition) => condition.key));
  // A VPC origin fixes the network, and a principal that is named is the caller.
  if (property.environment.accessPoints?.some(({ vpcId }) => vpcId !== undefined)) spoken.push('aws:sourcevpc');
  const isNamed = statements.some(({ effect, principals = [] }) => effect === 'Allow' && principals.some(isOne));
  if (isNamed) spoken.push('aws:principalarn');
  const groups = RELATED.filter((group) => spoken.some((key) => group.test(key)));
  return (key) => spoken.includes(key) || groups.some((group) => group.test(key));
}

const isOne = ({ value }: { readonly value: string }) => /:(role|user|assumed-role)\//.test(value);

/** The kinds of callers that break the guarantee without the statement. */
function violators({ property, statement }: Pair): Kind[] {
  return KINDS.filter((kind) => {
    const region = { ...property.region, conditions: [...property.region.conditions, ofKind(kind)] };
    try {
      return prove(replaced({ ...property, region }, statement, [])).status === 'violated';
    } catch {
      return false;
    }
  });
}

/** What an ordinary request carries, of its kind. */
const IN_ORDINARY_REQUESTS = new Set([
  's3:ObjectCreationOperation',
  'aws:TokenIssueTime',
  'aws:SourceIp',
  // Signature version 4 signs the hash of the content in this header.
  's3:x-amz-content-sha256',
]);

/** What the prover says; what it does not evaluate it says of itself, and proves nothing. */
function answer(property: Property): Pick<Outcome, 'axioms'> & { readonly status: Outcome['status'] | 'unsupported' } {
  try {
    return prove(property);
  } catch (error) {
    if (error instanceof UnsupportedError) return { status: 'unsupported', axioms: [] };
    throw error;
  }
}

const ALL = pairs();
const DENIED = ALL.filter(({ property }) => property.expect === 'never');
const ALLOWED = ALL.filter(({ property }) => property.expect === 'always');
let tried = 0;

test('guarantees that deny, and such that allow, rest on statements', () => {
  expect(DENIED.length).toBeGreaterThan(40);
  expect(ALLOWED.length).toBeGreaterThan(8);
});

test.each(DENIED.map((pair, index) => [pair.name, pair, index] as const))(
  '%s: no exemption passes',
  (_, pair, index) => {
    const kinds = violators(pair);
    expect(kinds).not.toEqual([]);
    const wrong: string[] = [];
    const isSpokenOf = spokenOf(pair);
    keysOf(pair.property.targets[0].arn.split(':')[2]).forEach((key, at) => {
      const domain = domainOf(key, kinds);
      casesOf(key).forEach((one, i) => {
        if ((at + i + index) % STEP !== 0 || isSpokenOf(one.key)) return;
        tried += 1;
        const { statement } = pair;
        const exempted = { ...statement, conditions: [...statement.conditions, one.condition] };
        const { status, axioms } = answer(replaced(pair.property, statement, [exempted]));
        if (canFail(one, domain)) {
          if (status === 'proved') wrong.push(one.name);
        } else if (domain.axiom !== undefined && status === 'proved' && !axioms.includes(domain.axiom)) {
          wrong.push(`${one.name} cannot occur, without the axiom ${domain.axiom}`);
        }
      });
    });
    expect(wrong).toEqual([]);
  },
);

test.each(ALLOWED.map((pair, index) => [pair.name, pair, index] as const))(
  '%s: no Allow that asks for more works',
  (_, pair, index) => {
    const wrong: string[] = [];
    const isSpokenOf = spokenOf(pair);
    keysOf(pair.property.targets[0].arn.split(':')[2]).forEach((key, at) => {
      // An ordinary request lacks what it need not carry.
      const domain = { values: [undefined] };
      if (domainOf(key, KINDS).axiom !== undefined || IN_ORDINARY_REQUESTS.has(key.name)) return;
      casesOf(key).forEach((one, i) => {
        if ((at + i + index) % STEP !== 0 || isSpokenOf(one.key) || !canFail(one, domain)) return;
        tried += 1;
        const { statement } = pair;
        const restricted = { ...statement, conditions: [...statement.conditions, one.condition] };
        const { status } = answer(replaced(pair.property, statement, [restricted]));
        if (status === 'proved') wrong.push(one.name);
      });
    });
    expect(wrong).toEqual([]);
  },
);

afterAll(() => expect(tried).toBeGreaterThan(3000));
