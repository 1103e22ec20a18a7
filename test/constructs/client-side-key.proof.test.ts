import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  ClientSideKey,
  Guarantee,
  ClientKeyGuarantees,
  Proof,
  StrongboxChecks,
  type ClientSideKeyGuaranteeOptions,
  type ClientSideKeyProps,
} from '../../src';
import { ACCOUNT, newStack, REGION } from '../support/app';
import { arn, role } from '../support/people';

const STRANGER = '999999999999';
const OPTIONS: ClientSideKeyGuaranteeOptions = {
  writers: [arn('payroll'), arn('partner', STRANGER)],
  readers: [arn('audit')],
  context: { purpose: 'payroll', stage: 'prod' },
  furtherContext: ['document'],
};
const GUARANTEES = {
  used: ClientKeyGuarantees.usedOnlyBy(OPTIONS),
  context: ClientKeyGuarantees.contextBound(OPTIONS),
  services: ClientKeyGuarantees.notThroughServices(OPTIONS),
  managed: ClientKeyGuarantees.managedOnlyBy(OPTIONS),
  works: ClientKeyGuarantees.works(OPTIONS),
  kept: ClientKeyGuarantees.kept(OPTIONS),
};

/** The key's template; with `careless`, somebody later lets the account and Amazon S3 do everything. */
function template(careless = false, props: Partial<ClientSideKeyProps> = {}): any {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const { key } = new ClientSideKey(stack, 'Key', {
    context: OPTIONS.context,
    furtherContext: ['document'],
    writers: [role(stack, 'payroll'), iam.Role.fromRoleArn(stack, 'partner', arn('partner', STRANGER))],
    readers: [role(stack, 'audit')],
    ...props,
  });
  if (careless) {
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'Careless',
        principals: [
          new iam.AccountRootPrincipal(),
          new iam.ServicePrincipal('s3.amazonaws.com'),
          new iam.AnyPrincipal(),
        ],
        actions: ['kms:*'],
        resources: ['*'],
      }),
    );
  }
  return Template.fromStack(stack).toJSON();
}

const KEY = 'KeyE447D366';
const prove = (of: any, guarantee: Guarantee) =>
  Proof.ofTemplate(of, { account: ACCOUNT, region: REGION }).holds(guarantee, { subject: KEY });

function changed(of: any, change: (statements: any[], key: any) => any[] | void): any {
  const copy = structuredClone(of);
  const key = copy.Resources[KEY];
  key.Properties.KeyPolicy.Statement =
    change(key.Properties.KeyPolicy.Statement, key) ?? key.Properties.KeyPolicy.Statement;
  return copy;
}

describe.each([
  ['as it is made', false],
  ['after a careless statement that allows everybody everything', true],
])('%s', (_, careless) => {
  const made = template(careless);
  // Denies are about use: management is left to whom a statement lets.
  test.each(Object.entries(GUARANTEES).filter(([name]) => !careless || name !== 'managed'))(
    '%s is proved',
    (__, guarantee) => {
      const [verdict] = prove(made, guarantee);
      expect(verdict.requestClasses).toBeGreaterThan(guarantee.id === 'client-key-kept' ? 0 : 3);
    },
  );
});

test.each<[string, (statements: any[]) => void]>([
  [
    'a writer manages the key',
    ([, writers]) => {
      writers.Action = [writers.Action, 'kms:PutKeyPolicy'].flat();
    },
  ],
  [
    'the rotation can be ended',
    ([administration]) => {
      administration.Action.push('kms:DisableKeyRotation');
    },
  ],
  [
    'another account manages the key',
    ([administration]) => {
      administration.Principal = { AWS: `arn:aws:iam::${STRANGER}:root` };
    },
  ],
])('%s: found', (_, change) => {
  expect(() => prove(changed(template(), change), GUARANTEES.managed)).toThrow('VIOLATED client-key-managed-only-by');
});

test('an action that operators need is missed', () => {
  const without = changed(template(), ([administration]) => {
    administration.Action = administration.Action.filter((action: string) => action !== 'kms:CancelKeyDeletion');
  });
  expect(() => prove(without, GUARANTEES.works)).toThrow('VIOLATED client-key-works');
});

describe('each statement is needed', () => {
  test.each<[string, keyof typeof GUARANTEES, boolean]>([
    ['StrongboxEncrypt', 'works', false],
    ['StrongboxDecrypt', 'works', false],
    ['StrongboxKeyAdministration', 'works', false],
    ['StrongboxNotThroughServices', 'services', false],
    ['StrongboxContext1', 'context', false],
    ['StrongboxContext2', 'context', false],
    ['StrongboxNoOtherContext', 'context', false],
    ['StrongboxWritersOnly', 'used', true],
    ['StrongboxReadersOnly', 'used', true],
    ['StrongboxOtherUses', 'used', true],
    ['StrongboxWritersOnly', 'services', true],
    ['StrongboxReadersOnly', 'services', true],
    ['StrongboxKeyDeletion', 'kept', true],
  ])('%s for %s', (sid, guarantee, careless) => {
    const without = changed(template(careless), (statements) => statements.filter(({ Sid }) => Sid !== sid));
    expect(() => prove(without, GUARANTEES[guarantee])).toThrow(GUARANTEES[guarantee].id);
  });
});

describe('weaker statements are noticed', () => {
  const of = (sid: string, change: (statement: any) => void) => (statements: any[]) => {
    change(statements.find(({ Sid }) => Sid === sid));
  };
  test.each<[string, keyof typeof GUARANTEES, (statements: any[], key: any) => any]>([
    [
      'a reader may encrypt',
      'used',
      of('StrongboxWritersOnly', ({ Condition }) => Condition.ArnNotEquals['aws:PrincipalArn'].push(arn('audit'))),
    ],
    [
      'a writer may decrypt',
      'used',
      of('StrongboxReadersOnly', ({ Condition }) => Condition.ArnNotEquals['aws:PrincipalArn'].push(arn('payroll'))),
    ],
    [
      'GenerateDataKey forgotten',
      'used',
      of('StrongboxWritersOnly', (statement) => {
        statement.Action = 'kms:Encrypt';
      }),
    ],
    [
      'a key of another kind',
      'used',
      (_, key) => {
        key.Properties.KeySpec = 'RSA_4096';
      },
    ],
    [
      'grants forgotten',
      'used',
      of('StrongboxOtherUses', ({ Action }) => {
        Action.shift();
      }),
    ],
    [
      'an absent pair passes',
      'context',
      of('StrongboxContext1', (statement) => {
        statement.Condition = {
          StringNotEqualsIfExists: { 'kms:EncryptionContext:purpose': 'x' },
          Null: { 'kms:EncryptionContext:purpose': 'false' },
        };
      }),
    ],
    [
      'a pattern for a value',
      'context',
      of('StrongboxContext2', (statement) => {
        statement.Condition = { StringNotLike: { 'kms:EncryptionContext:stage': 'p*' } };
      }),
    ],
    [
      'another name for the pair',
      'works',
      of('StrongboxContext1', (statement) => {
        statement.Condition = { StringNotEquals: { 'kms:EncryptionContext:Purposes': 'payroll' } };
      }),
    ],
    [
      'names of pairs in any case',
      'context',
      of('StrongboxNoOtherContext', (statement) => {
        statement.Condition = {
          'ForAnyValue:StringNotEqualsIgnoreCase': statement.Condition['ForAnyValue:StringNotEquals'],
        };
      }),
    ],
    [
      'ForAllValues for ForAnyValue',
      'context',
      of('StrongboxNoOtherContext', (statement) => {
        statement.Condition = { 'ForAllValues:StringNotEquals': statement.Condition['ForAnyValue:StringNotEquals'] };
      }),
    ],
    [
      'S3 of one Region alone',
      'services',
      of('StrongboxNotThroughServices', (statement) => {
        statement.Condition = { StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' } };
      }),
    ],
    [
      'decryption through services forgotten',
      'services',
      of('StrongboxNotThroughServices', (statement) => {
        statement.Action = ['kms:Encrypt', 'kms:GenerateDataKey'];
      }),
    ],
    [
      "the library's public key refused",
      'works',
      of('StrongboxNoOtherContext', ({ Condition }) => {
        Condition['ForAnyValue:StringNotEquals']['kms:EncryptionContextKeys'] = ['purpose', 'stage'];
      }),
    ],
    [
      'everything denied',
      'works',
      (statements) => {
        statements.push({ Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*' });
      },
    ],
    [
      'management through services denied',
      'works',
      of('StrongboxNotThroughServices', (statement) => {
        statement.Action = 'kms:*';
      }),
    ],
    ['everybody can change the policy', 'managed', () => {}],
    [
      'no rotation',
      'kept',
      (_, key) => {
        key.Properties.EnableKeyRotation = false;
      },
    ],
    [
      'not retained',
      'kept',
      (_, key) => {
        key.DeletionPolicy = 'Delete';
      },
    ],
    [
      'not retained when replaced',
      'kept',
      (_, key) => {
        delete key.UpdateReplacePolicy;
      },
    ],
    [
      'disabling forgotten',
      'kept',
      of('StrongboxKeyDeletion', ({ Action }) => {
        Action.pop();
      }),
    ],
  ])('%s', (_, guarantee, change) => {
    expect(() => prove(changed(template(true), change), GUARANTEES[guarantee])).toThrow(GUARANTEES[guarantee].id);
  });

  test('a counterexample says who, what and under which context', () => {
    const weak = changed(template(), (statements) => statements.filter(({ Sid }) => Sid !== 'StrongboxContext1'));
    expect(() => prove(weak, GUARANTEES.context)).toThrow(
      /role\/\w+ calls kms:\w+ on .*kms:EncryptionContextKeys = \[.*request: \{/s,
    );
  });
});

test('administrators by name manage the key, and others do not', () => {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const made = template(false, { administrators: [iam.Role.fromRoleArn(stack, 'keys', arn('keys'))] });
  prove(made, ClientKeyGuarantees.works({ ...OPTIONS, administrators: [arn('keys')] }));
  prove(made, ClientKeyGuarantees.managedOnlyBy({ ...OPTIONS, administrators: [arn('keys')] }));
  expect(() => prove(made, GUARANTEES.works)).toThrow('client-key-works');
  expect(() =>
    prove(template(), ClientKeyGuarantees.managedOnlyBy({ ...OPTIONS, administrators: [arn('keys')] })),
  ).toThrow('client-key-managed-only-by');
});

test('asks the key that is named, by construct, and no other of the app', () => {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const [writer, reader] = ['Writer', 'Reader'].map(
    (id) => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() }),
  );
  const key = new ClientSideKey(stack, 'Key', {
    context: { purpose: 'payroll' },
    writers: [writer],
    readers: [reader],
  });
  const options = {
    key: key.keyRef.keyArn,
    writers: [writer.roleArn],
    readers: [reader.roleArn],
    context: { purpose: 'payroll' },
  };
  const proof = Proof.ofStack(stack);
  for (const guarantee of [
    ClientKeyGuarantees.usedOnlyBy(options),
    ClientKeyGuarantees.contextBound(options),
    ClientKeyGuarantees.works(options),
  ]) {
    expect(proof.holds(guarantee).map(({ subject }) => subject)).toEqual(['Stack/Key/Resource']);
  }
  // The key of the alarms is of another kind, and without a name it is asked as well.
  expect(() => proof.holds(ClientKeyGuarantees.contextBound({ ...options, key: undefined }))).toThrow(
    'Stack/Key/Alarms/Key',
  );
  expect(() => proof.holds(ClientKeyGuarantees.contextBound(options), { subject: 'Nothing' })).toThrow(
    '"Nothing"; it names 0 resources of type AWS::KMS::Key',
  );
  expect(new StrongboxChecks({ guarantees: [ClientKeyGuarantees.kept(options)] }).name).toBe('Strongbox');
});
