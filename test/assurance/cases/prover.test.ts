import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Guarantee,
  AccessPointGuarantees,
  ArchiveGuarantees,
  AuditGuarantees,
  DeliveryGuarantees,
  KeyGuarantees,
  Proof,
  VerdictStatus,
  type Verdict,
} from '../../../src';

/**
 * Templates that break a guarantee where a prover overlooks it, each with a request that is let through, or cut off.
 * None of them is proved.
 */
const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const ALICE = `arn:aws:iam::${ACCOUNT}:role/alice`;
const FOLDER = join(__dirname, 'prover');

interface Case {
  readonly guarantee: string;
  readonly violatingRequest?: {
    readonly principal: string;
    readonly action: string;
    readonly key?: string;
    readonly context?: Record<string, string>;
  };
  readonly template: any;
}

const GUARANTEES: Readonly<Record<string, Guarantee>> = Object.fromEntries(
  [
    Guarantee.tlsOnly(),
    Guarantee.publicAccessBlocked(),
    Guarantee.uploadEncryption(),
    Guarantee.onlyAccounts(),
    Guarantee.policyRetained(),
    Guarantee.corsNamedOrigins(),
    Guarantee.replicated(),
    ArchiveGuarantees.lockInventory(),
    AuditGuarantees.tamperingAlarmed(),
    ArchiveGuarantees.deleteOnlyBy(),
    KeyGuarantees.deletionDenied(),
    KeyGuarantees.usable(),
    KeyGuarantees.onlyAccount(),
    Guarantee.defaultUploadAllowed(),
    Guarantee.publicReadAllowed('p/'),
    Guarantee.presignedOnlyBy(),
    Guarantee.policyChangedOnlyBy({ principals: [ALICE] }),
    ArchiveGuarantees.governanceBypassOnlyBy({ principals: [ALICE] }),
    AccessPointGuarantees.pinned(),
    Guarantee.onlyThroughAccessPoints(),
    AccessPointGuarantees.onlyFromVpc(),
    DeliveryGuarantees.cloudTrailAllowed(),
    Guarantee.allowed({ actions: ['s3:GetObject'], principals: [`arn:aws:iam::${ACCOUNT}:user/bob`] }),
  ].map((guarantee) => [guarantee.id, guarantee]),
);

function guaranteeOf({ guarantee, template }: Case): Guarantee {
  if (guarantee === 'archive-storage') {
    return ArchiveGuarantees.storage(
      JSON.stringify(template).includes('ExpirationInDays') ? { expireAfterDays: 30 } : {},
    );
  }
  if (guarantee !== 'prefix-isolation') return GUARANTEES[guarantee];
  const role = Object.keys(template.Resources).find((id) => template.Resources[id].Type === 'AWS::IAM::Role')!;
  return Guarantee.prefixIsolation({ principals: [role], prefixes: ['mine/'] });
}

/** Cases of which the guarantee holds after all, with the reason. */
const RIGHTLY_PROVED: Readonly<Record<string, string>> = {
  // "If the condition key isn't present in the request context, evaluate the condition element as true": the last Deny
  // hits anonymous callers.
  'acct-anon-account-null.json':
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists',
};
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
const verdictOf = (given: Case, open = false): Verdict =>
  Proof.ofTemplate(given.template, open ? {} : { account: ACCOUNT, region: REGION }).verdicts(guaranteeOf(given))[0];
const read = (file: string): Case => JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));

test.each(files.filter((file) => !(file in RIGHTLY_PROVED)))('%s is not proved', (file) => {
  const { status } = verdictOf(read(file), /-open-account|region-pattern/.test(file));
  expect(status).not.toBe(VerdictStatus.PROVED);
});

test.each(Object.keys(RIGHTLY_PROVED))('%s is proved', (file) => {
  expect(verdictOf(read(file)).status).toBe(VerdictStatus.PROVED);
});

test(
  'where the last Deny hits those alone who have an ARN, an anonymous caller whose ' +
    'aws:PrincipalAccount is "anonymous" is let in',
  () => {
    const given = read('acct-anon-account-null.json');
    const [, , last] = given.template.Resources.Policy.Properties.PolicyDocument.Statement;
    last.Condition = { ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:*', 'arn:aws:sts::*:*'] } };
    const { status, counterexample } = verdictOf(given);
    expect(status).toBe(VerdictStatus.VIOLATED);
    expect(counterexample).toContain('"aws:PrincipalAccount":"anonymous"');
  },
);
