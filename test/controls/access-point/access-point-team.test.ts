import * as iam from 'aws-cdk-lib/aws-iam';
import { AccessPointTeam, AccessPointGuarantees, PermissionSetPrincipal, Proof, Team } from '../../../src';
import { accessPointContract, door } from '../../support/access-point-contract';
import { ACCOUNT, newStack, REGION } from '../../support/app';
import { arn, role } from '../../support/people';

const ENV = { account: ACCOUNT, region: REGION };
const READS = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectAttributes',
  's3:GetObjectVersionAttributes',
  's3:GetObjectTagging',
  's3:GetObjectVersionTagging',
];
const WRITES = ['s3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];
const LISTS = ['s3:ListBucket', 's3:ListBucketVersions'];

const finance = new AccessPointTeam(
  Team.readWrite('finance', { prefixes: ['finance/', 'shared/'], principals: [role(newStack(), 'finance')] }),
);
const FINANCE = {
  accessPoint: 'door',
  principals: [arn('finance')],
  actions: [...READS, ...WRITES, ...LISTS],
  prefixes: ['finance/', 'shared/'],
};

accessPointContract({
  make: () => finance,
  effect: (_, statements) =>
    expect(statements.map(({ Sid }) => Sid).filter((sid) => sid !== 'Other')).toEqual([
      'StrongboxTeamObjects',
      'StrongboxTeamLists',
      'StrongboxTeamOnlyObjects',
      'StrongboxTeamOnlyLists',
      'StrongboxTeamActions',
      'StrongboxTeamUploads',
      'StrongboxTeamListing',
      'StrongboxTeamPrefixes',
    ]),
  guarantee: AccessPointGuarantees.servesOnly(FINANCE),
});

describe.each([
  ['readWrite', Team.readWrite, [...READS, ...WRITES, ...LISTS]],
  ['readOnly', Team.readOnly, [...READS, ...LISTS]],
  ['writeOnly', Team.writeOnly, WRITES],
  ['listOnly', Team.listOnly, LISTS],
] as const)('%s', (_, make, actions) => {
  const everything = [...READS, ...WRITES, 's3:DeleteObject', 's3:DeleteObjectVersion', ...LISTS];

  test.each([[['finance/']], [['finance/', 'invoices/2026/']], [Team.WHOLE_BUCKET]])(
    'on %j may do exactly what it says',
    (prefixes) => {
      const stack = newStack({ env: ENV });
      door(stack).with(new AccessPointTeam(make('team', { prefixes, principals: [role(stack, 'finance')] })));
      const proof = Proof.ofStack(stack);
      const options = {
        accessPoint: 'door',
        principals: [arn('finance')],
        actions: [...actions],
        prefixes: prefixes === Team.WHOLE_BUCKET ? undefined : prefixes,
      };
      proof.holds(AccessPointGuarantees.servesOnly(options));
      proof.holds(AccessPointGuarantees.works(options));
      for (const action of everything) {
        const [folder] = prefixes === Team.WHOLE_BUCKET ? ['any/'] : prefixes;
        const request = {
          action,
          accessPoint: 'door',
          principal: arn('finance'),
          identityAllows: false,
          ...(LISTS.includes(action)
            ? { resource: 'Stack/Bucket', context: { 's3:prefix': folder } as Record<string, string> }
            : { resource: `Stack/Bucket/${folder}report.csv` }),
        };
        if ((actions as readonly string[]).includes(action)) proof.allows(request);
        else proof.denies({ ...request, identityAllows: true });
      }
    },
  );
});

test('deletes leave a marker, where the team may delete at all', () => {
  const stack = newStack({ env: ENV });
  door(stack).with(
    new AccessPointTeam(
      Team.readWrite('team', { prefixes: ['a/'], principals: [role(stack, 'finance')], mayDelete: true }),
    ),
  );
  const proof = Proof.ofStack(stack);
  const request = { resource: 'Stack/Bucket/a/b', accessPoint: 'door', principal: arn('finance') };
  proof.allows({ ...request, action: 's3:DeleteObject', identityAllows: false });
  proof.denies({ ...request, action: 's3:DeleteObjectVersion' });
  proof.denies({ ...request, action: 's3:BypassGovernanceRetention' });
});

test('members are roles, users, other accounts, permission sets and groups, each named as AWS can', () => {
  const stack = newStack({ env: ENV });
  const other = '444455556666';
  door(stack).with(
    new AccessPointTeam(
      Team.readOnly('team', {
        prefixes: ['a/'],
        principals: [
          role(stack, 'finance'),
          role(stack, 'partner', other),
          iam.User.fromUserArn(stack, 'User', `arn:aws:iam::${ACCOUNT}:user/ada`),
          new iam.AccountPrincipal('777788889999'),
          new PermissionSetPrincipal('Analyst', { account: other }),
        ],
      }),
    ),
  );
  const proof = Proof.ofStack(stack);
  const sso = (set: string, path = 'eu-central-1/') =>
    `arn:aws:iam::${other}:role/aws-reserved/sso.amazonaws.com/${path}AWSReservedSSO_${set}_0123456789abcdef`;
  const request = { action: 's3:GetObject', resource: 'Stack/Bucket/a/b', accessPoint: 'door' };
  for (const principal of [
    arn('finance'),
    arn('partner', other),
    `arn:aws:iam::${ACCOUNT}:user/ada`,
    arn('anybody', '777788889999'),
    sso('Analyst'),
    sso('Analyst', ''),
  ]) {
    proof.allows({ ...request, principal });
  }
  for (const principal of [
    arn('admin'),
    arn('anybody', other),
    `arn:aws:iam::${ACCOUNT}:root`,
    `arn:aws:iam::${ACCOUNT}:user/bob`,
    sso('Admin'),
    sso('Analyst_Admin'),
    'anonymous',
    `arn:aws:iam::${other}:role/AWSReservedSSO_Analyst_0123456789abcdef`,
  ]) {
    proof.denies({ ...request, principal });
  }
});

test('each access point is for one team', () => {
  const stack = newStack({ env: ENV });
  const accessPoint = door(stack).with(finance);
  expect(() =>
    accessPoint.with(
      new AccessPointTeam(Team.readOnly('sales', { prefixes: ['sales/'], principals: [role(stack, 'sales')] })),
    ),
  ).toThrow(
    'Stack/Door: "team" must be one team an access point (got ""sales", after another one"). Make an ' +
      'access point for each team.',
  );
});

test.each([
  ['everybody', () => new iam.AnyPrincipal(), 'everybody, in the team "team"'],
  ['everybody by a star', () => new iam.StarPrincipal(), 'everybody, in the team "team"'],
  ['its own account', () => new iam.AccountPrincipal(ACCOUNT), `the account ${ACCOUNT}, in the team "team"`],
  ['its own account by the root', () => new iam.AccountRootPrincipal(), 'the account '],
  ['a service', () => new iam.ServicePrincipal('ec2.amazonaws.com'), 'Service '],
  [
    'a session',
    () => new iam.ArnPrincipal(`arn:aws:sts::${ACCOUNT}:assumed-role/finance/ada`),
    `arn:aws:sts::${ACCOUNT}:assumed-role/finance/ada`,
  ],
  ['an identity provider', () => new iam.WebIdentityPrincipal('accounts.google.com'), 'Federated accounts.google.com'],
])('refuses %s as a member', (_, member, received) => {
  const team = Team.readOnly('team', { prefixes: ['a/'], principals: [member()] });
  expect(() => door(newStack({ env: ENV })).with(new AccessPointTeam(team))).toThrow(`(got "${received}`);
});
