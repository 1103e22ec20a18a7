import { CfnParameter, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import {
  RiskAcceptance,
  GlacierVault,
  Guarantee,
  VaultGuarantees,
  Proof,
  VaultLock,
  VaultLockPolicy,
  type GlacierVaultProps,
} from '../../src';
import { assess, isProved } from '../../src/assurance/assessment';
import { ACCOUNT, newStack, only, REGION, snapshotOf } from '../support/app';
import { nag } from '../support/nag';
import { arn, role } from '../support/people';

const ENV = { account: ACCOUNT, region: REGION };
const TYPE = 'Custom::StrongboxGlacierVault';
const YEAR = VaultLockPolicy.denyDeletesBefore(Duration.days(365));
const POLICY = YEAR.and(VaultLockPolicy.denyDeletesUnderLegalHold());
const ACCEPTED = RiskAcceptance.irreversible('SEC 17a-4, approved by Legal');
const LOCK_ID = `AE863rKkWZU53SLW5be4DUcW.${POLICY._fingerprint}`;

function build(stack: Stack, props: Partial<GlacierVaultProps> = {}): GlacierVault {
  return new GlacierVault(stack, 'Ledgers', { vaultName: 'ledgers', ...props });
}

function templateWith(props?: Partial<GlacierVaultProps>): Template {
  const stack = newStack({ env: ENV });
  build(stack, props);
  return Template.fromStack(stack);
}

const properties = (props?: Partial<GlacierVaultProps>) => only(templateWith(props), TYPE).Properties;
const rights = (template: Template): string[] =>
  only(template, 'AWS::IAM::ManagedPolicy')
    .Properties.PolicyDocument.Statement.flatMap(({ Action }: any) => Action)
    .filter((action: string) => action.startsWith('glacier:'));

describe('a vault', () => {
  const template = templateWith({ lock: VaultLock.inProgress(POLICY) });

  test('is kept when the stack goes, and when another takes its place', () => {
    template.hasResource(TYPE, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    templateWith({ removalPolicy: RemovalPolicy.DESTROY }).hasResource(TYPE, {
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('denies plain HTTP, and what the app adds stands beside it', () => {
    const stack = newStack({ env: ENV });
    build(stack).addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'Readers',
        principals: [new iam.ArnPrincipal(arn('audit'))],
        actions: ['glacier:InitiateJob'],
        resources: ['*'],
      }),
    );
    expect(only(Template.fromStack(stack), TYPE).Properties.accessPolicy.Statement).toEqual([
      {
        Sid: 'StrongboxTlsOnly',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'glacier:*',
        Resource: expect.anything(),
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      expect.objectContaining({ Sid: 'Readers', Effect: 'Allow' }),
    ]);
  });

  test('lets legal officers, and its maker, change the tags that hold archives', () => {
    const { accessPolicy } = properties({ legalHoldManagers: [role(newStack(), 'legal')] });
    expect(accessPolicy.Statement[1]).toMatchObject({
      Sid: 'StrongboxLegalHolds',
      Effect: 'Deny',
      Action: ['glacier:AddTagsToVault', 'glacier:RemoveTagsFromVault'],
      Condition: {
        ArnNotEquals: {
          'aws:PrincipalArn': [arn('legal'), { 'Fn::GetAtt': [expect.stringContaining('Role'), 'Arn'] }],
        },
      },
    });
  });

  test('tells a topic, and opens one that has a policy of its own', () => {
    const stack = newStack({ env: ENV });
    build(stack, { notifications: new sns.Topic(stack, 'Topic', { enforceSSL: true }) });
    const made = Template.fromStack(stack);
    made.hasResourceProperties(TYPE, {
      notifications: {
        topicArn: { Ref: Match.stringLikeRegexp('^Topic') },
        events: ['ArchiveRetrievalCompleted', 'InventoryRetrievalCompleted'],
      },
    });
    made.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'StrongboxVaultNotifications',
            Condition: { StringEquals: { 'aws:SourceOwner': ACCOUNT } },
          }),
        ]),
      },
    });
  });

  test('keeps its template and its logical ids', () => {
    const { Resources, ...rest } = snapshotOf(template) as { Resources: Record<string, any> };
    const [id] = Object.keys(template.findResources('AWS::Lambda::Function'));
    const { Code: _code, ...made } = Resources[id].Properties;
    expect({ ...rest, Resources: { ...Resources, [id]: { ...Resources[id], Properties: made } } }).toMatchSnapshot();
  });

  test('leaves the six nag packs nothing', () => {
    const report = nag(
      (stack) => build(stack, { lock: VaultLock.inProgress(POLICY), legalHoldManagers: [role(stack, 'legal')] }),
      { env: ENV },
    );
    expect(report.open).toEqual([]);
    expect(
      report.acknowledged.every(({ path, reason }) => path.startsWith('Stack/StrongboxGlacierVaults/') && reason),
    ).toBe(true);
  });

  test('says that its service is closed, in every phase', () => {
    for (const lock of [undefined, VaultLock.inProgress(POLICY), VaultLock.complete(LOCK_ID, ACCEPTED, POLICY)]) {
      const stack = newStack({ env: ENV });
      build(stack, { lock });
      Annotations.fromStack(stack).hasWarning(
        '/Stack/Ledgers',
        Match.stringLikeRegexp(
          'takes no new customers since 15 December 2025.*For new archives use ' +
            'WormArchive.*@strongbox/glacier-vault-closed',
        ),
      );
    }
  });
});

describe('proofs', () => {
  const stack = newStack({ env: ENV });
  build(stack, { lock: VaultLock.complete(LOCK_ID, ACCEPTED, POLICY), legalHoldManagers: [role(stack, 'legal')] });
  const proof = Proof.ofStack(stack);
  const [MAKER] = Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Role'));
  const vaultWith = (change: (resource: any) => void) => {
    const copy = structuredClone(Template.fromStack(stack).toJSON());
    change((Object.values(copy.Resources) as any[]).find(({ Type }) => Type === TYPE));
    return Proof.ofTemplate(copy, ENV);
  };
  /** The template with the vault's properties changed. */
  const changed = (change: (properties: any) => void) => vaultWith(({ Properties }) => change(Properties));
  const lockStatements = (change: (statements: any[]) => any[]) =>
    changed(({ lock }) => {
      lock.policy.Statement = change(lock.policy.Statement);
    });

  test.each<[string, Guarantee, Record<string, () => Proof>]>([
    [
      'locked for good',
      VaultGuarantees.locked(),
      {
        'in progress only': () =>
          changed(({ lock }) => {
            lock.phase = 'inProgress';
          }),
        'without a lock': () =>
          changed((vault) => {
            delete vault.lock;
          }),
      },
    ],
    [
      'no deletion before its time',
      VaultGuarantees.deletesDeniedBefore(365),
      {
        'without the statement': () => lockStatements(([, hold]) => [hold]),
        'a day less': () =>
          lockStatements(([age, hold]) => [
            { ...age, Condition: { NumericLessThan: { 'glacier:ArchiveAgeInDays': '364' } } },
            hold,
          ]),
        'of another vault': () =>
          lockStatements((all) =>
            all.map((one) => ({ ...one, Resource: 'arn:aws:glacier:eu-central-1:111122223333:vaults/others' })),
          ),
        'in the access policy instead, which anybody can change': () =>
          changed((vault) => {
            vault.accessPolicy.Statement.push(...vault.lock.policy.Statement);
            vault.lock.policy.Statement = vault.lock.policy.Statement.slice(1);
          }),
        'without a lock': () =>
          changed((vault) => {
            delete vault.lock;
          }),
      },
    ],
    [
      'no deletion under a legal hold',
      VaultGuarantees.deletesDeniedUnderLegalHold(),
      {
        'without the statement': () => lockStatements(([age]) => [age]),
        'for one value of the tag': () =>
          lockStatements(([age, hold]) => [
            age,
            { ...hold, Condition: { StringEquals: { 'glacier:ResourceTag/LegalHold': 'true' } } },
          ]),
      },
    ],
    [
      'legal holds by the officers, and the maker of the vault',
      VaultGuarantees.legalHoldOnlyBy({ principals: [arn('legal'), MAKER] }),
      {
        'without the statement': () =>
          changed(({ accessPolicy }) => {
            accessPolicy.Statement.pop();
          }),
        'lifting forgotten': () =>
          changed(({ accessPolicy }) => {
            accessPolicy.Statement[1].Action = 'glacier:AddTagsToVault';
          }),
        'one person more': () =>
          changed(({ accessPolicy }) => {
            accessPolicy.Statement[1].Condition.ArnNotEquals['aws:PrincipalArn'].push(arn('ingest'));
          }),
      },
    ],
    [
      'a vault that outlives its stack',
      VaultGuarantees.kept(),
      {
        'deleted with it': () =>
          vaultWith((resource) => {
            resource.DeletionPolicy = 'Delete';
          }),
        replaced: () =>
          vaultWith((resource) => {
            delete resource.UpdateReplacePolicy;
          }),
      },
    ],
    [
      'legal holds that can be placed',
      VaultGuarantees.legalHoldAllowedTo({ principals: [arn('legal')] }),
      {
        'denied to everybody': () =>
          changed(({ accessPolicy }) => {
            delete accessPolicy.Statement[1].Condition;
          }),
        'by another officer': () =>
          changed(({ accessPolicy }) => {
            accessPolicy.Statement[1].Condition.ArnNotEquals['aws:PrincipalArn'] = arn('audit');
          }),
      },
    ],
    [
      'HTTPS only',
      VaultGuarantees.tlsOnly(),
      {
        'without the statement': () =>
          changed(({ accessPolicy }) => {
            accessPolicy.Statement = [];
          }),
      },
    ],
    [
      'deletion when its time has come',
      VaultGuarantees.deletesAllowedAfter({ days: 365 }),
      {
        'forbidden for ever': () => lockStatements((all) => all.map(({ Condition: _, ...rest }) => rest)),
        'a hold that cannot be lifted': () =>
          lockStatements(([age, hold]) => [
            age,
            { ...hold, Condition: { StringLike: { 'glacier:ResourceTag/LegalHold': '*' } } },
          ]),
        'a day more': () =>
          lockStatements(([age, hold]) => [
            { ...age, Condition: { NumericLessThan: { 'glacier:ArchiveAgeInDays': '366' } } },
            hold,
          ]),
      },
    ],
    [
      'a vault that is used',
      VaultGuarantees.works(),
      {
        'young archives cannot be retrieved': () =>
          lockStatements(([age, hold]) => [{ ...age, Action: 'glacier:*' }, hold]),
        'held archives cannot be retrieved': () =>
          lockStatements(([age, hold]) => [age, { ...hold, Action: ['glacier:DeleteArchive', 'glacier:InitiateJob'] }]),
        'nothing goes': () =>
          changed(({ accessPolicy }) => {
            accessPolicy.Statement.push({ Effect: 'Deny', Principal: '*', Action: 'glacier:*', Resource: '*' });
          }),
      },
    ],
  ])('%s', (_, guarantee, wrong) => {
    expect(() => proof.holds(guarantee)).not.toThrow();
    for (const make of Object.values(wrong)) expect(() => make().holds(guarantee)).toThrow(`VIOLATED ${guarantee.id}`);
  });

  test('what cannot be asked is an error', () => {
    expect(() => VaultGuarantees.deletesDeniedBefore(0)).toThrow('is 0; a whole number from 1 on is needed');
    expect(() => VaultGuarantees.deletesAllowedAfter({ days: 1.5 })).toThrow('is 1.5;');
    expect(() => VaultGuarantees.legalHoldAllowedTo()).toThrow('name at least one');
  });

  test('a stack without a vault proves nothing', () => {
    expect(() => Proof.ofStack(newStack()).holds(VaultGuarantees.locked())).toThrow(
      '"vault-locked" has no Custom::StrongboxGlacierVault to speak of',
    );
  });
});

describe('the function', () => {
  test('is one for all vaults of a stack, with a log that ends', () => {
    const stack = newStack({ env: ENV });
    build(stack);
    new GlacierVault(stack, 'Journals', { vaultName: 'journals' });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
    template.allResources(TYPE, { DependsOn: [Match.stringLikeRegexp('Rights')] });
  });

  test('has rights on the vaults of the stack alone, and none on archives', () => {
    const template = templateWith({
      lock: VaultLock.inProgress(POLICY),
      notifications: sns.Topic.fromTopicArn(newStack(), 'T', `arn:aws:sns:${REGION}:${ACCOUNT}:t`),
    });
    const statements = only(template, 'AWS::IAM::ManagedPolicy').Properties.PolicyDocument.Statement;
    expect(JSON.stringify(statements)).not.toContain('*');
    expect(rights(template).filter((action) => /Archive|Job|Upload|DeleteVault$|Complete/.test(action))).toEqual([]);
  });

  test('can complete a lock only where the template does, and delete a vault only where it may go', () => {
    const completing = rights(templateWith({ lock: VaultLock.complete(LOCK_ID, ACCEPTED, POLICY) }));
    expect(completing).toContain('glacier:CompleteVaultLock');
    expect(completing).not.toContain('glacier:InitiateVaultLock');
    expect(rights(templateWith({ removalPolicy: RemovalPolicy.DESTROY }))).toContain('glacier:DeleteVault');
  });
});

describe('the lock', () => {
  test('in progress tells its id and its end, and warns of them', () => {
    const stack = newStack({ env: ENV });
    build(stack, { lock: VaultLock.inProgress(POLICY) });
    expect(
      Object.values(Template.fromStack(stack).findOutputs('*')).map(({ Value }) => Value['Fn::GetAtt'][1]),
    ).toEqual(['LockId', 'LockExpires']);
    Annotations.fromStack(stack).hasWarning(
      '/Stack/Ledgers',
      Match.stringLikeRegexp('in force for 24 hours.*@strongbox/vault-lock-in-progress'),
    );
  });

  test("complete carries Glacier's id and the policy, and warns in plain words", () => {
    const stack = newStack({ env: ENV });
    build(stack, { lock: VaultLock.complete(LOCK_ID, ACCEPTED, POLICY) });
    const template = Template.fromStack(stack);
    expect(only(template, TYPE).Properties.lock).toMatchObject({
      phase: 'complete',
      lockId: 'AE863rKkWZU53SLW5be4DUcW',
      fingerprint: POLICY._fingerprint,
      policy: { Statement: [{ Sid: 'DenyDeletesByAge' }, {}] },
    });
    expect(template.findOutputs('*')).toEqual({});
    Annotations.fromStack(stack).hasWarning(
      '/Stack/Ledgers',
      Match.stringLikeRegexp('not the root user, not AWS Support.*approved by Legal.*@strongbox/vault-lock-complete'),
    );
  });

  test('denies deletions by age and under a legal hold', () => {
    const { lock } = properties({ lock: VaultLock.inProgress(POLICY) });
    const everybody = { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'glacier:DeleteArchive' };
    expect(lock.policy.Statement).toEqual([
      expect.objectContaining({ ...everybody, Condition: { NumericLessThan: { 'glacier:ArchiveAgeInDays': '365' } } }),
      expect.objectContaining({
        ...everybody,
        Condition: {
          StringLike: { 'glacier:ResourceTag/LegalHold': '*' },
          StringNotEquals: { 'glacier:ResourceTag/LegalHold': 'false' },
        },
      }),
    ]);
  });

  test('takes the bare id of a lock that was begun elsewhere', () => {
    expect(VaultLock.complete('AE863rKkWZU53SLW5be4DUcW', ACCEPTED, YEAR).lockId).toBe('AE863rKkWZU53SLW5be4DUcW');
  });
});

test.each<[string, () => unknown, string]>([
  [
    'a policy that was not the tested one',
    () => VaultLock.complete(LOCK_ID, ACCEPTED, YEAR),
    '"policy" must be the policy that was in progress under that id',
  ],
  [
    'a lock id that only the deployment knows',
    () => VaultLock.complete(build(newStack()).lockId, ACCEPTED, POLICY),
    '"lockId" must be a literal lock id',
  ],
  [
    'a lock id that is none',
    () => VaultLock.complete('LockId', ACCEPTED, POLICY),
    '"lockId" must be a literal lock id',
  ],
  ['two ages', () => POLICY.and(YEAR), 'must be one rule of each kind'],
  [
    'half a day',
    () => VaultLockPolicy.denyDeletesBefore(Duration.hours(12)),
    '"age" must be a literal number of whole days from 1',
  ],
  [
    'a tag with a wildcard',
    () => VaultLockPolicy.denyDeletesUnderLegalHold('Hold*'),
    '"tag" must be the literal key of a tag',
  ],
  [
    'a name that Glacier refuses',
    () => build(newStack(), { vaultName: 'my vault' }),
    'Default/Ledgers: "vaultName" must be 1 to 255 letters',
  ],
  [
    'a name that only the deployment knows',
    () => {
      const stack = newStack();
      build(stack, { vaultName: new CfnParameter(stack, 'Name').valueAsString });
    },
    '(got "a token, which only the deployment knows"',
  ],
  [
    'a group as legal officers',
    () => {
      const stack = newStack();
      build(stack, { legalHoldManagers: [new iam.Group(stack, 'Lawyers')] });
    },
    '(got "a group, which no resource policy can name"',
  ],
])('refuses %s', (_, make, words) => expect(make).toThrow(words.replace('Default/', 'Stack/')));

describe('what the vault claims', () => {
  const claims = (template: Template): any[] => only(template, TYPE).Metadata['strongbox:claims'];
  const holdManagers = () => [new iam.ArnPrincipal(arn('legal'))];

  test('is proved, for every kind of lock', () => {
    for (const lock of [
      undefined,
      VaultLock.inProgress(YEAR),
      VaultLock.inProgress(VaultLockPolicy.denyDeletesUnderLegalHold('Hold')),
      VaultLock.complete(LOCK_ID, ACCEPTED, POLICY),
    ]) {
      const template = templateWith({ lock, legalHoldManagers: holdManagers() });
      const { judgements, findings, problems } = assess([{ stack: 'Stack', template: template.toJSON(), ...ENV }]);
      expect([findings, problems]).toEqual([[], []]);
      expect(judgements.filter((each) => !isProved(each)).map(({ claim }) => claim.guarantee.id)).toEqual([]);
      const asked = new Set(judgements.map(({ claim }) => claim.guarantee.id));
      claims(template).forEach(({ guarantee }) => expect(asked).toContain(guarantee));
    }
  });

  test.each<[string, (properties: any) => void]>([
    ['vault-tls-only', ({ accessPolicy }) => accessPolicy.Statement.shift()],
    ['vault-legal-hold-only-by', ({ accessPolicy }) => accessPolicy.Statement.pop()],
    ['vault-deletes-denied-before', ({ lock }) => lock.policy.Statement.shift()],
    ['vault-deletes-denied-under-legal-hold', ({ lock }) => lock.policy.Statement.pop()],
    ['vault-works', ({ accessPolicy }) => (accessPolicy.Statement[0].Condition = undefined)],
  ])('%s is violated once the template says otherwise', (guarantee, change) => {
    const template = templateWith({ lock: VaultLock.inProgress(POLICY), legalHoldManagers: holdManagers() }).toJSON();
    change(Object.values<any>(template.Resources).find(({ Type }) => Type === TYPE).Properties);
    const { judgements } = assess([{ stack: 'Stack', template, ...ENV }]);
    expect(
      judgements.filter(({ verdict }) => verdict.status === 'violated').map(({ claim }) => claim.guarantee.id),
    ).toContain(guarantee);
  });

  test('says nothing of what works where the app denies more', () => {
    const stack = newStack({ env: ENV });
    build(stack).addToResourcePolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['glacier:InitiateJob'],
        resources: ['*'],
      }),
    );
    expect(claims(Template.fromStack(stack)).map(({ guarantee }) => guarantee)).toEqual([
      'vault-tls-only',
      'vault-kept',
    ]);
  });
});
