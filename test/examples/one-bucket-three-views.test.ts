import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Door, OrdersStack } from '../../examples/one-bucket-three-views/views';
import { ThreeViews, viewCases, type Ask } from '../../scripts/e2e/views';
import { Guarantee, ViewGuarantees, Proof } from '../../src';
import { actionsOfCall } from '../../src/assurance/engine/calls';
import { closeConnections } from '../../src/runtime/object-views/aws/http';
import { nag } from '../support/nag';
import { S3Server } from '../support/s3-server';
import { CREDENTIALS, REGION } from '../support/signatures';

// The example imports the library by its published name.
jest.mock('cdk-s3-strongbox', () => jest.requireActual('../../src'), { virtual: true });

const env = { account: '111122223333', region: 'eu-central-1' };
const build = (app: App, door: Door, id = 'Orders') =>
  new OrdersStack(app, id, { env, door, onCall: 'on-call@example.com' });

const FORMS = [
  ['S3 Object Lambda', Door.OBJECT_LAMBDA],
  ['an endpoint', Door.ENDPOINT],
] as const;
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';

test.each(FORMS)('with %s it leaves the six nag packs nothing', (_, door) => {
  const report = nag((stack) => void build(Stack.of(stack).node.root as App, door));
  expect(report.open).toEqual([]);
  expect(report.acknowledged.every(({ reason }) => reason)).toBe(true);
});

describe.each(FORMS)('with %s', (_, door) => {
  const stack = build(new App({ treeMetadata: false }), door);
  const proof = Proof.ofStack(stack);
  const template = Template.fromStack(stack).toJSON();
  const BUCKET = { subject: 'Orders/Orders/Resource' };
  const view = (name: string) => (door === Door.OBJECT_LAMBDA ? `Orders/Views/View${name}/AccessPoint` : undefined);
  const CALLERS = [
    ['Analytics', stack.analytics],
    ['Marketing', stack.marketing],
    ['Press', stack.press],
  ] as const;

  const idOf = (type: string, start: string) =>
    Object.keys(template.Resources).find((id) => template.Resources[id].Type === type && id.startsWith(start))!;
  const ORDERS = idOf('AWS::S3::Bucket', 'Orders');
  const POLICY = idOf('AWS::S3::BucketPolicy', 'Orders');
  const ANALYTICS = idOf('AWS::IAM::Role', 'Analytics');
  const VIEW = door === Door.OBJECT_LAMBDA ? idOf('AWS::S3ObjectLambda::AccessPoint', 'ViewsViewAnalytics') : undefined;
  const THROUGH_VIEW = ViewGuarantees.readThroughViewOnly({ callers: [ANALYTICS], view: VIEW });
  /** The same template after a change. */
  const changed = (change: (resources: any) => void) => {
    const copy = structuredClone(template);
    change(copy.Resources);
    return Proof.ofTemplate(copy, env);
  };
  const denials = (resources: any): any[] =>
    resources[POLICY].Properties.PolicyDocument.Statement.filter(({ Sid }: any) =>
      /^StrongboxViewAnalytics(Only|Via)$/.test(Sid),
    );

  test.each(CALLERS)('%s reaches the original by no door', (name, { roleArn }) => {
    proof.holds(ViewGuarantees.readThroughViewOnly({ callers: [roleArn], view: view(name) }), BUCKET);
    proof.holds(ViewGuarantees.callersCannotAssumeRoles({ callers: [roleArn] }), BUCKET);
  });

  const reading = (call: string, ...features: string[]) =>
    actionsOfCall(call, features).filter(({ on }) => on !== 'key' && !(on === 'object' && call.includes('Copy')));
  test.each<[string, Array<{ action: string; on: string }>]>([
    ['GetObject', reading('GetObject')],
    ['GetObject of a version', reading('GetObject', 'version')],
    ['HeadObject', reading('HeadObject')],
    ['SelectObjectContent', reading('SelectObjectContent')],
    ['GetObjectAttributes', reading('GetObjectAttributes')],
    ['GetObjectTorrent', [{ action: 's3:GetObjectTorrent', on: 'object' }]],
    ['CopyObject from it', reading('CopyObject')],
    ['CopyObject from a version', reading('CopyObject', 'source-version')],
    ['UploadPartCopy from it', reading('UploadPartCopy')],
    ['UploadPartCopy from a version', reading('UploadPartCopy', 'source-version')],
    ['GetObjectTagging', reading('GetObjectTagging')],
    ['RestoreObject', reading('RestoreObject')],
    ['ListObjectsV2', reading('ListObjectsV2')],
    ['ListObjectVersions', reading('ListObjectVersions')],
    ['ListMultipartUploads', reading('ListMultipartUploads')],
    [
      "replication to a bucket of one's own",
      [
        { action: 's3:PutReplicationConfiguration', on: 'bucket' },
        { action: 's3:GetObjectVersionForReplication', on: 'object' },
      ],
    ],
    ['Batch Replication', [{ action: 's3:InitiateReplication', on: 'object' }]],
    ['an inventory', [{ action: 's3:PutInventoryConfiguration', on: 'bucket' }]],
    ['another bucket policy', reading('PutBucketPolicy')],
  ])('not by %s, although IAM allows it', (__, actions) => {
    expect(actions.length).toBeGreaterThan(0);
    const ways: Array<Record<string, string> | undefined> = [
      undefined,
      {
        's3:DataAccessPointArn': `arn:aws:s3:eu-central-1:${env.account}:accesspoint/own`,
        's3:DataAccessPointAccount': env.account,
      },
    ];
    for (const { action, on } of actions) {
      for (const context of ways) {
        proof.denies({
          principal: `arn:aws:iam::${env.account}:role/{Orders.${ANALYTICS}}`,
          action,
          resource: on === 'bucket' ? ORDERS : `${ORDERS}/orders/1001.xml`,
          context,
        });
      }
    }
  });

  test('nor with the rights, the boundary and the trust that somebody else may give', () => {
    const broader = changed((resources) => {
      const { Properties } = resources[ANALYTICS];
      Properties.ManagedPolicyArns = [ADMINISTRATOR];
      Properties.PermissionsBoundary = ADMINISTRATOR;
      Properties.AssumeRolePolicyDocument.Statement.push({
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: 'arn:aws:iam::999999999999:root' },
      });
      resources[POLICY].Properties.PolicyDocument.Statement.push({
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:*',
        Resource: '*',
      });
    });
    broader.holds(THROUGH_VIEW, { subject: ORDERS });
    // But whoever may assume any role may be anybody.
    expect(() =>
      broader.holds(ViewGuarantees.callersCannotAssumeRoles({ callers: [ANALYTICS] }), { subject: ORDERS }),
    ).toThrow('VIOLATED callers-cannot-assume-roles');
  });

  const weaker: Array<[string, (resources: any) => void]> = [
    [
      'without the deny',
      (resources) => {
        const document = resources[POLICY].Properties.PolicyDocument;
        document.Statement = document.Statement.filter(({ Sid }: any) => Sid !== 'StrongboxViewAnalyticsOnly');
      },
    ],
    [
      'with another role in it',
      (resources) =>
        denials(resources).forEach(({ Condition }) => {
          Condition.ArnEquals['aws:PrincipalArn'] = ['arn:aws:iam::111122223333:role/other'];
        }),
    ],
    ...[
      's3:GetObjectVersion',
      's3:GetObjectTorrent',
      's3:GetObjectAttributes',
      's3:GetObjectTagging',
      's3:ListBucketVersions',
      's3:PutReplicationConfiguration',
      's3:PutBucketPolicy',
    ].map((action): [string, (resources: any) => void] => [
      `without ${action}`,
      (resources) => denials(resources).forEach(({ NotAction }) => NotAction.push(action)),
    ]),
    [
      'for the bucket alone',
      (resources) =>
        denials(resources).forEach((statement) => {
          statement.Resource = statement.Resource.slice(0, 1);
        }),
    ],
    [
      'for the objects alone',
      (resources) =>
        denials(resources).forEach((statement) => {
          statement.Resource = statement.Resource.slice(1);
        }),
    ],
    [
      'for some objects alone',
      (resources) =>
        denials(resources).forEach((statement) => {
          statement.Resource[1]['Fn::Join'][1][1] = '/orders/*';
        }),
    ],
    [
      'with MFA only',
      (resources) =>
        denials(resources).forEach(({ Condition }) => {
          Condition.Bool = { 'aws:MultiFactorAuthPresent': 'true' };
        }),
    ],
  ];

  test.each(weaker)('the proof breaks %s', (__, change) => {
    const without = changed((resources) => {
      change(resources);
      // What else shuts the same door must not hide it.
      for (const { Type, Properties } of Object.values<any>(resources)) {
        if (Type === 'AWS::S3::AccessPoint') delete Properties.Policy;
      }
    });
    expect(() => without.holds(THROUGH_VIEW, { subject: ORDERS })).toThrow('VIOLATED read-through-view-only');
  });

  test('the shop reads and writes the original', () => {
    proof.holds(
      Guarantee.allowed({
        actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
        principals: [stack.shop.roleArn],
        prefixes: ['orders/', 'pictures/'],
      }),
      BUCKET,
    );
  });

  test('every view is made by one function for all callers of its kind', () => {
    Template.fromStack(stack).resourceCountIs('AWS::S3ObjectLambda::AccessPoint', door === Door.OBJECT_LAMBDA ? 3 : 0);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Url', door === Door.OBJECT_LAMBDA ? 0 : 1);
  });

  if (door !== Door.OBJECT_LAMBDA) {
    test('nobody but the three calls the function, and nobody by hand', () => {
      const fn = idOf('AWS::Lambda::Function', 'ViewsRuntimeFunction');
      proof.holds(
        ViewGuarantees.endpointCallersOnly({ endpoint: fn, callers: CALLERS.map(([, { roleArn }]) => roleArn) }),
        BUCKET,
      );
      expect(() =>
        proof.holds(ViewGuarantees.endpointCallersOnly({ endpoint: fn, callers: [stack.analytics.roleArn] }), BUCKET),
      ).toThrow('VIOLATED endpoint-callers-only');
    });
    return;
  }

  test.each(CALLERS)('%s gets its view, and nobody else does', (name, { roleArn }) => {
    const options = { view: view(name)!, callers: [roleArn], prefixes: [name === 'Press' ? 'pictures/' : 'orders/'] };
    proof.holds(ViewGuarantees.readable(options), BUCKET);
    proof.holds(ViewGuarantees.callersOnly(options), BUCKET);
  });

  test('analytics does not get what marketing gets', () => {
    expect(() =>
      proof.holds(ViewGuarantees.readable({ view: view('Marketing')!, callers: [stack.analytics.roleArn] }), BUCKET),
    ).toThrow('VIOLATED view-readable');
    expect(() =>
      proof.holds(
        ViewGuarantees.readable({ view: view('Press')!, callers: [stack.press.roleArn], prefixes: ['orders/'] }),
        BUCKET,
      ),
    ).toThrow('VIOLATED view-readable');
  });
});

describe('its functions answer as the README shows, asked over HTTP', () => {
  const folder = mkdtempSync(join(tmpdir(), 'three-views-'));
  let s3: S3Server;
  let example: ThreeViews;

  beforeAll(async () => {
    const app = new App({ outdir: folder, treeMetadata: false });
    build(app, Door.OBJECT_LAMBDA, 'OrdersObjectLambda');
    build(app, Door.ENDPOINT, 'OrdersEndpoint');
    app.synth();
    s3 = await S3Server.start();
    const { accessKeyId: accessKey, secretAccessKey: secretKey, sessionToken } = CREDENTIALS;
    example = new ThreeViews(s3.endpoint, { accessKey, secretKey, sessionToken }, folder, REGION);
    await example.store(async (bucket, key, body, type) => s3.put(bucket, key, body, { 'content-type': type }));
  });
  afterAll(async () => {
    example.stop();
    await s3.stop();
    closeConnections();
    rmSync(folder, { recursive: true });
  });

  test.each<[string, () => Promise<Ask>]>([
    ['the endpoint', () => example.byEndpoint()],
    ['S3 Object Lambda', () => example.byObjectLambda()],
  ])('by %s', async (_, door) => {
    const cases = viewCases(await door());
    expect(cases.length).toBeGreaterThan(5);
    for (const { what, check } of cases) expect([what, await check()]).toEqual([what, undefined]);
  });
});
