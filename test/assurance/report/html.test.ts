import { assess } from '../../../src/assurance/assessment';
import { resolveTemplates } from '../../../src/assurance/model/resolve';
import { accessMap, type AccessMap } from '../../../src/assurance/report/access';
import { renderReport } from '../../../src/assurance/report/html';
import { STYLE } from '../../../src/assurance/report/style';

const role = (name: string, prefix: string, more: any = {}) => ({
  [name]: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
      },
      Policies: [
        {
          PolicyName: 'P',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `arn:aws:s3:::docs/${prefix}*` },
              {
                Effect: 'Allow',
                Action: 's3:ListBucket',
                Resource: 'arn:aws:s3:::docs',
                Condition: { StringLike: { 's3:prefix': `${prefix}*` } },
              },
            ],
          },
        },
      ],
      ...more,
    },
  },
});

const TEMPLATE = {
  Resources: {
    Docs: {
      Type: 'AWS::S3::Bucket',
      Properties: { BucketName: 'docs', OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
    },
    DocsPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: 'docs',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'Public',
              Effect: 'Allow',
              Principal: '*',
              Action: 's3:GetObject',
              Resource: 'arn:aws:s3:::docs/public/*',
            },
            {
              Sid: 'Sales',
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:PutObject',
              Resource: 'arn:aws:s3:::docs/sales/*',
            },
            {
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::111122223333:role/<script>' },
              Action: ['s3:GetObjekt', 's3:DeleteObject'],
              Resource: 'arn:aws:s3:::docs/*',
            },
          ],
        },
      },
    },
    Door: {
      Type: 'AWS::S3::AccessPoint',
      Properties: { Bucket: 'docs', Name: 'door', VpcConfiguration: { VpcId: 'vpc-1' } },
    },
    ...role('finance', 'finance/'),
    ...role('sales', 'sales/'),
    ...role('auditor', 'public/', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }),
  },
};
const INPUT = [{ stack: 'Stack', template: TEMPLATE, account: '111122223333', region: 'eu-west-1' }];

describe('the access map', () => {
  let map: AccessMap;
  beforeAll(() => {
    const model = resolveTemplates(INPUT);
    map = accessMap(model, model.buckets[0]);
  });

  /** `R` for a right, `-` for none, `?` for what only the deployment knows. */
  function rights(who: string, door: string, prefix: string): string {
    const row = map.rows.find((each) => each.who === who)!;
    const cell = row.cells[map.columns.findIndex((column) => column.door === door && column.prefix === prefix)];
    return Object.entries(cell)
      .map(([right, answer]) => (answer === 'yes' ? right[0].toUpperCase() : answer === 'no' ? '-' : '?'))
      .join('');
  }

  test('tells doors and prefixes apart', () => {
    expect(map.columns.map(({ door, prefix }) => `${door}: ${prefix}`)).toEqual([
      'The bucket itself: finance/',
      'The bucket itself: public/',
      'The bucket itself: sales/',
      'The bucket itself: ',
      'Access point door: finance/',
      'Access point door: public/',
      'Access point door: sales/',
      'Access point door: ',
    ]);
  });

  test.each([
    ['Stack/finance', 'The bucket itself', 'finance/', 'RLW-'],
    ['Stack/finance', 'The bucket itself', 'sales/', '----'],
    ['Stack/finance', 'The bucket itself', 'public/', 'R---'],
    ['Stack/sales', 'The bucket itself', 'sales/', 'RL--'],
    ['Stack/auditor', 'The bucket itself', 'finance/', '????'],
    ['arn:aws:iam::111122223333:role/<script>', 'The bucket itself', 'sales/', '??-D'],
    ['An administrator of the account', 'The bucket itself', '', 'RLWD'],
    ['An administrator of another account', 'The bucket itself', 'public/', 'R---'],
    ['An administrator of another account', 'The bucket itself', '', '----'],
    ['Anybody, without credentials', 'The bucket itself', 'public/', 'R---'],
    ['Anybody, without credentials', 'Access point door', 'public/', '----'],
  ])('%s by %s under "%s": %s', (who, door, prefix, expected) => {
    expect(rights(who, door, prefix)).toBe(expected);
  });
});

test("a view is a door whose caller needs both its policy and the bucket's", () => {
  const [account, region] = ['111122223333', 'eu-west-1'];
  const door = `arn:aws:s3:${region}:${account}:accesspoint/door`;
  const view = `arn:aws:s3-object-lambda:${region}:${account}:accesspoint/redacted`;
  const attached = (name: string) => `arn:aws:iam::${account}:role/${name}`;
  const statement = (Action: string[], Resource: string[], more: any = {}) => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...more,
  });
  const caller = (name: string) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name,
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
      Policies: [
        {
          PolicyName: 'P',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [statement(['s3-object-lambda:GetObject', 's3:GetObject'], ['*'])],
          },
        },
      ],
    },
  });
  const model = resolveTemplates([
    {
      stack: 'Stack',
      account,
      region,
      template: {
        Resources: {
          Docs: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'docs' } },
          DocsPolicy: {
            Type: 'AWS::S3::BucketPolicy',
            Properties: {
              Bucket: 'docs',
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: [
                  statement(['s3:GetObject'], ['arn:aws:s3:::docs/*'], {
                    Effect: 'Deny',
                    Principal: '*',
                    Condition: {
                      ArnEquals: { 'aws:PrincipalArn': ['analytics', 'marketing'].map(attached) },
                      'ForAllValues:StringNotEquals': { 'aws:CalledVia': 's3-object-lambda.amazonaws.com' },
                    },
                  }),
                ],
              },
            },
          },
          Door: { Type: 'AWS::S3::AccessPoint', Properties: { Bucket: 'docs', Name: 'door' } },
          View: {
            Type: 'AWS::S3ObjectLambda::AccessPoint',
            Properties: {
              Name: 'redacted',
              ObjectLambdaConfiguration: { SupportingAccessPoint: door, TransformationConfigurations: [] },
            },
          },
          ViewPolicy: {
            Type: 'AWS::S3ObjectLambda::AccessPointPolicy',
            Properties: {
              ObjectLambdaAccessPoint: { Ref: 'View' },
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: [
                  statement(['s3-object-lambda:*'], [view], {
                    Effect: 'Deny',
                    Principal: '*',
                    Condition: { ArnNotEquals: { 'aws:PrincipalArn': attached('analytics') } },
                  }),
                ],
              },
            },
          },
          Analytics: caller('analytics'),
          Marketing: caller('marketing'),
        },
      },
    },
  ]);
  const { columns, rows } = accessMap(model, model.buckets[0]);
  expect(columns.map((column) => column.door)).toEqual(['The bucket itself', 'View redacted']);
  const read = Object.fromEntries(rows.map(({ who, cells }) => [who, cells.map((cell) => cell.read)]));
  expect(read).toMatchObject({ 'Stack/Analytics': ['no', 'yes'], 'An administrator of the account': ['yes', 'no'] });
  expect(read).not.toHaveProperty('Stack/Marketing');
});

describe('the page', () => {
  const page = renderReport(assess(INPUT), { title: 'A <title> & more' });

  test('needs no network and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|src=|javascript:/i);
  });

  test('escapes what comes from templates', () => {
    expect(page).toContain('A &lt;title&gt; &amp; more');
    expect(page).not.toContain('<script>');
  });

  test('shows verdicts, counterexample, mistakes, rules and axioms', () => {
    expect(page).toMatch(
      /HTTPS only<\/h4>[^]*?aws:SecureTransport = false[^]*?<b>Fix<\/b> Deny s3:\*[^]*?The request as JSON/,
    );
    expect(page).toContain('Did you mean &quot;s3:GetObject&quot;?');
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${id}"`);
  });

  test('names the rules that a proved guarantee satisfies, and those only', () => {
    const bucket = (SSEAlgorithm: string) =>
      renderReport(
        assess([
          {
            stack: 'Stack',
            template: {
              Resources: {
                Docs: {
                  Type: 'AWS::S3::Bucket',
                  Properties: {
                    BucketEncryption: {
                      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm } }],
                    },
                  },
                },
              },
            },
          },
        ]),
        { title: 'Docs' },
      );
    expect(bucket('aws:kms')).toContain('S3DefaultEncryptionKMS');
    expect(bucket('AES256')).not.toContain('S3DefaultEncryptionKMS');
    // Plain HTTP is not denied here.
    expect(bucket('aws:kms')).not.toContain('S3BucketSSLRequestsOnly');
  });

  test('can be read without colours, by keyboard and by a screen reader', () => {
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('<a class="skip" href="#main">');
    expect(page.match(/<h1/g)).toHaveLength(1);
    const tables = page.match(/<table[^]*?<\/table>/g)!;
    for (const table of tables) {
      expect(table).toContain('<caption>');
      expect(table).not.toMatch(/<th[ >](?![^>]*scope=)/);
    }
    // What scrolls sideways can be reached and scrolled by keyboard.
    expect(page.match(/class="scroll"/g)).toHaveLength(
      page.match(/class="scroll" tabindex="0" role="region" aria-label=/g)!.length,
    );
    expect(page).toMatch(/<span class="hidden">read, list, write<\/span><span class="rights" aria-hidden="true"/);
  });

  test('is the same each time', () => {
    expect(renderReport(assess(INPUT), { title: 'A <title> & more' })).toBe(page);
  });

  test('says so when all is proved', () => {
    const nothing = {
      model: resolveTemplates([]),
      judgements: [],
      findings: [],
      unchecked: [],
      decisions: [],
      problems: [],
      notSeen: [],
    };
    expect(renderReport(nothing, { title: 'Empty' })).toContain('Everything that was asked is proved');
    expect(renderReport({ ...nothing, problems: ['no "Effect"'] }, { title: 'Empty' })).toMatch(
      /not judged[^]*no &quot;Effect&quot;/,
    );
  });
});

describe('colours', () => {
  const scheme = (text: string) =>
    Object.fromEntries([...text.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));
  const luminance = (colour: string) => {
    const linear = (value: number) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = [1, 3, 5].map((at) => linear(parseInt(colour.slice(at, at + 2), 16) / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  const [, light, dark] = /^([^]*?)@media \(prefers-color-scheme: dark\)([^]*?)\* \{/.exec(STYLE)!;

  test.each([
    ['light', light],
    ['dark', dark],
  ])('%s: text stands out from what it stands on', (_, text) => {
    const c = scheme(text);
    const pairs = [
      ...['ink', 'soft', 'link'].flatMap((ink) => ['page', 'card', 'head'].map((ground) => [ink, ground])),
      ...['good', 'bad', 'open'].map((tone) => [tone, `${tone}-bg`]),
    ];
    for (const [ink, ground] of pairs) {
      expect({ ink, ground, enough: contrast(c[ink], c[ground]) >= 4.5 }).toEqual({ ink, ground, enough: true });
    }
  });
});
