import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  Guarantee,
  ViewGuarantees,
  Proof,
  RedactingObjectLambda,
  RedactionPolicy,
  SecureBucket,
  Transform,
  View,
} from '../../src';
import { ACCOUNT, REGION } from '../support/app';

const made = () => {
  const stack = new Stack(new App({ treeMetadata: false }), 'Stack', { env: { account: ACCOUNT, region: REGION } });
  const role = (name: string) =>
    new iam.Role(stack, name, { roleName: name.toLowerCase(), assumedBy: new iam.AccountRootPrincipal() });
  const [analytics, marketing, shop] = [role('Analytics'), role('Marketing'), role('Shop')];
  const documents = new SecureBucket(stack, 'Documents', { bucketName: 'acme-documents' });
  documents.grantRead(shop);
  const views = new RedactingObjectLambda(stack, 'Views', {
    bucket: documents,
    views: [
      View.redacted('analytics', {
        policy: RedactionPolicy.standard(),
        principals: [analytics],
        listing: true,
        prefixes: ['orders/', 'letters/'],
      }),
      View.transformed('marketing', {
        transform: Transform.xmlToJson(),
        principals: [marketing],
        prefixes: ['orders/'],
      }),
    ],
  });
  return { stack, views };
};

const { stack, views } = made();
const BUCKET = { subject: 'acme-documents' };
const arn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const ANALYTICS = {
  view: views.accessPointArn('analytics'),
  callers: [arn('analytics')],
  prefixes: ['orders/', 'letters/'],
};
const MARKETING = { view: views.accessPointArn('marketing'), callers: [arn('marketing')], prefixes: ['orders/'] };
const proof = Proof.ofStack(stack);
const template = Template.fromStack(stack).toJSON();
const IDS = { analytics: logicalId('analytics'), marketing: logicalId('marketing') };

function logicalId(view: string): string {
  return Object.entries<any>(template.Resources).find(
    ([, { Type, Properties }]) => Type === 'AWS::S3ObjectLambda::AccessPoint' && Properties.Name.startsWith(`${view}-`),
  )![0];
}

/** The same template after a change. */
const changed = (change: (resources: any) => void) => {
  const copy = structuredClone(template);
  change(copy.Resources);
  return Proof.ofTemplate(copy, { account: ACCOUNT, region: REGION });
};
const resourceOf = (resources: any, type: string, test: (properties: any) => boolean = () => true): any =>
  Object.values<any>(resources).find(({ Type, Properties }) => Type === type && test(Properties));
const without = (document: any, sid: string) => {
  const count = document.Statement.length;
  document.Statement = document.Statement.filter(({ Sid }: any) => Sid !== sid);
  expect(document.Statement).toHaveLength(count - 1);
};
const bucketPolicy = (resources: any) =>
  resourceOf(resources, 'AWS::S3::BucketPolicy', ({ Bucket }) => /^Documents/.test(Bucket.Ref)).Properties
    .PolicyDocument;
const supporting = (resources: any, view: string) =>
  resourceOf(resources, 'AWS::S3::AccessPoint', ({ Name }) => Name.startsWith(view)).Properties.Policy;
const viewPolicy = (resources: any, view: 'analytics' | 'marketing') =>
  resourceOf(
    resources,
    'AWS::S3ObjectLambda::AccessPointPolicy',
    ({ ObjectLambdaAccessPoint }) => ObjectLambdaAccessPoint.Ref === IDS[view],
  ).Properties.PolicyDocument;
const callersPolicy = (resources: any, view: string) =>
  resourceOf(resources, 'AWS::IAM::ManagedPolicy', ({ Description }) =>
    Description?.includes(`caller of the view ${view}`),
  ).Properties.PolicyDocument;
const inTemplate = (options: { callers: string[]; prefixes?: string[] }, view: 'analytics' | 'marketing') => ({
  ...options,
  view: IDS[view],
});

describe('a caller reaches the original by no door', () => {
  test.each([
    ['analytics', ANALYTICS],
    ['marketing', MARKETING],
  ] as const)('%s: proved for every request', (_, options) => {
    const [verdict] = proof.holds(ViewGuarantees.readThroughViewOnly(options), BUCKET);
    expect(verdict.requestClasses).toBeGreaterThan(10);
    expect(verdict.axioms).toContain('object-lambda-keys');
  });

  test.each(['StrongboxViewAnalyticsOnly', 'StrongboxViewAnalyticsVia'])('broken without %s', (sid) => {
    const weaker = changed((resources) => {
      without(bucketPolicy(resources), sid);
      // What the access point's own policy denies besides must not hide it.
      if (sid.endsWith('Via')) without(supporting(resources, 'analytics'), 'StrongboxViewAnalyticsVia');
    });
    expect(() => weaker.holds(ViewGuarantees.readThroughViewOnly(inTemplate(ANALYTICS, 'analytics')), BUCKET)).toThrow(
      'VIOLATED read-through-view-only',
    );
  });

  test.each<[string, (statement: any) => void]>([
    [
      'ForAnyValue, which an absent key does not meet',
      (statement) => {
        statement.Condition['ForAnyValue:StringNotEquals'] = statement.Condition['ForAllValues:StringNotEquals'];
        delete statement.Condition['ForAllValues:StringNotEquals'];
      },
    ],
    [
      'versions forgotten',
      (statement) => {
        statement.NotAction.push('s3:GetObjectVersion');
      },
    ],
    [
      'the objects forgotten',
      (statement) => {
        statement.Resource = statement.Resource.slice(0, 1);
      },
    ],
    [
      'the policy left open',
      (statement) => {
        statement.NotAction.push('s3:PutBucketPolicy');
      },
    ],
  ])('broken: %s', (_, change) => {
    const weaker = changed((resources) => {
      for (const statement of bucketPolicy(resources).Statement.filter(({ Sid }: any) =>
        /^StrongboxViewAnalytics(Only|Via)$/.test(Sid),
      )) {
        if (statement.Condition['ForAllValues:StringNotEquals'] || !/Any/.test(_)) change(statement);
      }
      without(supporting(resources, 'analytics'), 'StrongboxViewAnalyticsVia');
    });
    expect(() => weaker.holds(ViewGuarantees.readThroughViewOnly(inTemplate(ANALYTICS, 'analytics')), BUCKET)).toThrow(
      'VIOLATED read-through-view-only',
    );
  });

  const denied = (context?: Record<string, string>) => ({
    principal: arn('analytics'),
    resource: 'acme-documents/customers.json',
    context,
  });
  test.each<[string, string, Record<string, string> | undefined]>([
    ['directly', 's3:GetObject', undefined],
    ['an older version', 's3:GetObjectVersion', undefined],
    [
      'through the supporting access point without S3 Object Lambda',
      's3:GetObject',
      { 's3:DataAccessPointArn': supportingArn('analytics') },
    ],
    [
      "through the other view's supporting access point, by S3 Object Lambda",
      's3:GetObject',
      { 's3:DataAccessPointArn': supportingArn('marketing'), 'aws:CalledVia': 's3-object-lambda.amazonaws.com' },
    ],
    ['its tags', 's3:GetObjectTagging', undefined],
  ])('%s', (_, action, context) => proof.denies({ ...denied(context), action }));

  test('as the source of a copy', () => proof.denies({ ...denied(), call: 'GetObject' }));
  test('by a listing of the bucket', () =>
    proof.denies({ principal: arn('analytics'), resource: 'acme-documents', action: 's3:ListBucket' }));
});

test(
  'what AWS lets an administrator do does not outweigh it: not the originals, not the function, no ' +
    'view of their own',
  () => {
    const broader = changed(administrators);
    for (const view of ['analytics', 'marketing'] as const) {
      const options = { callers: [arn(view)], view: IDS[view] };
      broader.holds(ViewGuarantees.readThroughViewOnly(options), BUCKET);
      broader.holds(ViewGuarantees.callersOnly(options), BUCKET);
    }
  },
);

/**
 * Each caller with the policies of AWS that allow most, with a boundary that bounds nothing, and as somebody whom
 * another account lets in.
 */
function administrators(resources: any): void {
  for (const role of Object.values<any>(resources).filter(
    ({ Type, Properties }) => Type === 'AWS::IAM::Role' && ['analytics', 'marketing'].includes(Properties.RoleName),
  )) {
    role.Properties.ManagedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess'];
    role.Properties.PermissionsBoundary = 'arn:aws:iam::aws:policy/AdministratorAccess';
    role.Properties.AssumeRolePolicyDocument.Statement.push({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: 'arn:aws:iam::999999999999:root' },
    });
  }
}

function supportingArn(view: string): string {
  const { Properties } = resourceOf(Template.fromStack(stack).toJSON().Resources, 'AWS::S3::AccessPoint', ({ Name }) =>
    Name.startsWith(view),
  );
  return `arn:aws:s3:${REGION}:${ACCOUNT}:accesspoint/${Properties.Name}`;
}

describe('a view is for its callers, and hands out nothing untransformed', () => {
  test.each([
    ['analytics', ANALYTICS],
    ['marketing', MARKETING],
  ] as const)('%s: proved', (_, options) => {
    proof.holds(ViewGuarantees.callersOnly(options), BUCKET);
  });

  test.each<[string, (resources: any) => void]>([
    [
      "the view's policy lets others read",
      (resources) => without(viewPolicy(resources, 'analytics'), 'StrongboxViewAnalyticsCallersOnly'),
    ],
    [
      'the view hands out tags',
      (resources) => without(viewPolicy(resources, 'analytics'), 'StrongboxViewAnalyticsReadOnly'),
    ],
    [
      'the supporting access point serves others',
      (resources) => without(supporting(resources, 'analytics'), 'StrongboxViewAnalyticsCallersOnly'),
    ],
    [
      'the supporting access point is called by hand',
      (resources) => {
        without(supporting(resources, 'analytics'), 'StrongboxViewAnalyticsVia');
        without(bucketPolicy(resources), 'StrongboxViewAnalyticsVia');
      },
    ],
    ...['StrongboxViewAnalyticsPrefixes', 'StrongboxViewAnalyticsListings', 'StrongboxViewAnalyticsUploads'].map(
      (sid): [string, (resources: any) => void] => [
        `beyond the prefixes, without ${sid}`,
        (resources) => without(supporting(resources, 'analytics'), sid),
      ],
    ),
    [
      'one form of listings alone',
      (resources) => {
        resources[IDS.analytics].Properties.ObjectLambdaConfiguration.TransformationConfigurations[0].Actions = [
          'GetObject',
          'HeadObject',
          'ListObjects',
        ];
      },
    ],
    [
      'a GET that is not transformed',
      (resources) => {
        resources[IDS.analytics].Properties.ObjectLambdaConfiguration.TransformationConfigurations[0].Actions = [
          'HeadObject',
          'ListObjects',
          'ListObjectsV2',
        ];
      },
    ],
    [
      'keys listed as they are',
      (resources) => {
        resources[IDS.analytics].Properties.ObjectLambdaConfiguration.TransformationConfigurations[0].Actions = [
          'GetObject',
          'HeadObject',
        ];
      },
    ],
    [
      'the function called by hand',
      (resources) => {
        for (const statement of callersPolicy(resources, 'analytics').Statement.filter(
          ({ Action }: any) => Action === 'lambda:InvokeFunction',
        )) {
          delete statement.Condition;
        }
        without(callersPolicy(resources, 'analytics'), 'StrongboxByHand');
      },
    ],
    [
      'the function open to everybody',
      (resources) => {
        const fn = Object.keys(resources).find((id) => resources[id].Type === 'AWS::Lambda::Function')!;
        resources.Open = {
          Type: 'AWS::Lambda::Permission',
          Properties: { FunctionName: { Ref: fn }, Action: 'lambda:InvokeFunction', Principal: '*' },
        };
        without(callersPolicy(resources, 'analytics'), 'StrongboxByHand');
      },
    ],
    ...['StrongboxByHand', 'StrongboxFunction', 'StrongboxOwnView'].map((sid): [string, (resources: any) => void] => [
      `an administrator without ${sid}`,
      (resources) => {
        administrators(resources);
        without(callersPolicy(resources, 'analytics'), sid);
      },
    ]),
  ])('broken: %s', (_, change) => {
    expect(() => changed(change).holds(ViewGuarantees.callersOnly(inTemplate(ANALYTICS, 'analytics')), BUCKET)).toThrow(
      'VIOLATED view-callers-only',
    );
  });
});

describe('the legitimate side', () => {
  test.each([
    ['analytics', ANALYTICS],
    ['marketing', MARKETING],
  ] as const)('%s gets its view', (_, options) => {
    proof.holds(ViewGuarantees.readable(options), BUCKET);
  });

  test('the shop reads the original', () => {
    proof.holds(
      Guarantee.allowed({
        actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket'],
        principals: [arn('shop')],
      }),
      BUCKET,
    );
    proof.allows({ principal: arn('shop'), resource: 'acme-documents/customers.json', call: 'GetObject' });
  });

  test('marketing does not get what its view does not have', () => {
    expect(() => proof.holds(ViewGuarantees.readable({ ...MARKETING, prefixes: ['letters/'] }), BUCKET)).toThrow(
      'VIOLATED view-readable',
    );
  });

  test.each<[string, (resources: any) => void]>([
    [
      "no delegation in the bucket's policy",
      (resources) => without(bucketPolicy(resources), 'StrongboxViewAnalyticsRead'),
    ],
    [
      'a listing that the bucket refuses',
      (resources) => {
        bucketPolicy(resources).Statement.find(({ Sid }: any) => Sid === 'StrongboxViewAnalyticsList').Effect = 'Deny';
      },
    ],
    [
      'no right to the function',
      (resources) => {
        const policy = callersPolicy(resources, 'analytics');
        policy.Statement = policy.Statement.filter(({ Action }: any) => Action !== 'lambda:InvokeFunction');
      },
    ],
    [
      'no right to the key',
      (resources) => {
        const policy = callersPolicy(resources, 'analytics');
        policy.Statement = policy.Statement.filter(({ Action }: any) => Action !== 'kms:Decrypt');
      },
    ],
    [
      'a deny of presigned requests without an exemption',
      (resources) =>
        bucketPolicy(resources).Statement.push({
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: 'arn:aws:s3:::acme-documents/*',
          Condition: { StringEquals: { 's3:authType': 'REST-QUERY-STRING' } },
        }),
    ],
    [
      'nobody to manage the view',
      (resources) => {
        const statement = viewPolicy(resources, 'analytics').Statement.find(
          ({ Sid }: any) => Sid === 'StrongboxViewAnalyticsReadOnly',
        );
        delete statement.Action;
        statement.NotAction = [
          's3-object-lambda:GetObject',
          's3-object-lambda:GetObjectVersion',
          's3-object-lambda:ListBucket',
          's3-object-lambda:WriteGetObjectResponse',
        ];
      },
    ],
    [
      'a function that cannot answer',
      (resources) => {
        viewPolicy(resources, 'analytics').Statement.find(
          ({ Sid }: any) => Sid === 'StrongboxViewAnalyticsCallersOnly',
        ).Action = 's3-object-lambda:*';
      },
    ],
    [
      'both policies of the view silent',
      (resources) => {
        without(viewPolicy(resources, 'analytics'), 'StrongboxViewAnalyticsRead');
        const policy = callersPolicy(resources, 'analytics');
        policy.Statement = policy.Statement.filter(
          ({ Action }: any) => !String([Action].flat()[0]).startsWith('s3-object-lambda:'),
        );
      },
    ],
  ])('broken: %s', (_, change) => {
    expect(() => changed(change).holds(ViewGuarantees.readable(inTemplate(ANALYTICS, 'analytics')), BUCKET)).toThrow(
      'VIOLATED view-readable',
    );
  });
});

test('a view of another bucket is no question', () => {
  expect(() =>
    proof.holds(ViewGuarantees.readThroughViewOnly({ ...ANALYTICS, view: arn('analytics') }), BUCKET),
  ).toThrow('names no Object Lambda access point');
  expect(() => ViewGuarantees.readable({ ...ANALYTICS, callers: [] })).toThrow('"callers" is empty');
});
