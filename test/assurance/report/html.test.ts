import { createHash } from 'node:crypto';
import { assess, type Assessment } from '../../../src/assurance/assessment';
import { judged } from '../../../src/assurance/diff/allowed';
import { compareModels } from '../../../src/assurance/diff/compare';
import { review } from '../../../src/assurance/findings/review';
import { selectionOf } from '../../../src/assurance/findings/selection';
import { resolveTemplates } from '../../../src/assurance/model/resolve';
import { STYLE } from '../../../src/assurance/output/style';
import { accessMap, type AccessMap } from '../../../src/assurance/report/access';
import { renderReport, type ReportOptions } from '../../../src/assurance/report/html';
import { keepsWorking } from '../../../src/assurance/report/resources';
import type { TemplateInput } from '../../../src/assurance/template/assembly';

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

const reviewed = (assessment: Assessment) => review(assessment, { selection: selectionOf({}) });
const of = (inputs: readonly TemplateInput[], more: Partial<ReportOptions> = {}) =>
  renderReport(reviewed(assess(inputs)), { title: 'A <title> & more', templates: inputs, ...more });

describe('the page', () => {
  const page = of(INPUT);

  test('loads nothing from a network, and its policy of contents says so', () => {
    expect(page).not.toMatch(/<link|<img|<iframe|@import|url\(|src="|javascript:/i);
    expect(page.match(/<script/g)).toHaveLength(1);
    const [, script] = /<script>([^]*?)<\/script>/.exec(page)!;
    const hash = createHash('sha256').update(script).digest('base64');
    expect(page).toContain(`default-src 'none'; style-src 'sha256-`);
    expect(page).toContain(`script-src 'sha256-${hash}'`);
  });

  test('escapes what comes from templates', () => {
    expect(page).toContain('A &lt;title&gt; &amp; more');
    expect(page).not.toContain('role/<script>');
  });

  test('the worst comes first, with sentence, fix and request; links lead somewhere', () => {
    const levels = [...page.matchAll(/<article class="card issue (\w+)"/g)].map(([, tone]) => tone);
    expect(levels).toEqual(
      [...levels].sort((a, b) => ['bad', 'open', 'advice'].indexOf(a) - ['bad', 'open', 'advice'].indexOf(b)),
    );
    expect(levels).toContain('bad');
    expect(page).toMatch(/HTTPS only<span[^]*?over HTTP[^]*?<b>Fix<\/b>[^]*?aws:SecureTransport/);
    expect(page).toContain('Did you mean &quot;s3:GetObject&quot;?');
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${id}"`);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('access is a list of what is granted; that administrators reach nothing is shown', () => {
    expect(page).toMatch(
      /data-who="Stack\/finance">[^]*?The bucket itself[^]*?<b>read, list, write<\/b> <span class="keys">finance\/\*/,
    );
    expect(page).toMatch(
      /data-who="Stack\/finance">[^]*?<summary>Statements<\/summary><ul><li>[^<]*Stack\/finance[^<]*statement/,
    );
    expect(page).toMatch(/An administrator of another account<\/th>\s*<td>The bucket itself/);
    const closed = of([
      {
        ...INPUT[0],
        template: {
          Resources: {
            ...TEMPLATE.Resources,
            DocsPolicy: {
              Type: 'AWS::S3::BucketPolicy',
              Properties: {
                Bucket: 'docs',
                PolicyDocument: {
                  Version: '2012-10-17',
                  Statement: {
                    Effect: 'Deny',
                    Principal: '*',
                    Action: 's3:*',
                    Resource: ['arn:aws:s3:::docs', 'arn:aws:s3:::docs/*'],
                  },
                },
              },
            },
          },
        },
      },
    ]);
    expect(closed).toMatch(/An administrator of the account<\/th>\s*<td><span class="nothing">nothing<\/span>/);
  });

  test('the picture has an edge for what is allowed, and none for what is not', () => {
    const [svg] = /<svg[^]*?<\/svg>/.exec(page)!;
    expect(svg).toMatch(/<a class="edge write"[^>]*data-who="Stack\/finance"><title>Stack\/finance: [^<]*write/);
    expect(svg).toMatch(/<a class="edge perhaps"[^>]*data-who="Stack\/auditor"/);
    expect(svg).not.toMatch(/<title>Anybody, without credentials[^<]*through Access point door/);
  });

  test('tells what was judged; a time only where one is given', () => {
    expect(page).toContain('111122223333, eu-west-1');
    expect(page).not.toContain('<dt>Time</dt>');
    const told = of([{ ...INPUT[0], sha256: 'abc123' }], { command: 'prove x', time: '2026-01-01' });
    for (const text of ['<code>abc123</code>', '<code>prove x</code>', '<dt>Time</dt><dd>2026-01-01']) {
      expect(told).toContain(text);
    }
  });

  test('what must keep working stands beside what must not happen', () => {
    expect(page).toMatch(
      /<caption>Must not happen<\/caption>[^]*?HTTPS only[^]*?<caption>Must keep working<\/caption>[^]*?Policy can be changed/,
    );
    expect(['policy-changeable', 'delivery-works', 'upload-possible', 'granted-access-works'].every(keepsWorking)).toBe(
      true,
    );
    expect(['tls-only', 'only-accounts', 'key-not-public', 'writers-only'].some(keepsWorking)).toBe(false);
  });

  test('changes are shown when a comparison is given', () => {
    expect(page).not.toContain('id="changes"');
    const resources = { ...TEMPLATE.Resources } as Record<string, object>;
    delete resources.DocsPolicy;
    const older = resolveTemplates([{ ...INPUT[0], template: { Resources: resources as never } }]);
    const changed = of(INPUT, { changes: judged(compareModels(older, resolveTemplates(INPUT))) });
    expect(changed).toMatch(/id="changes"[^]*?<h3>Opens<\/h3>[^]*?Anyone, without credentials/);
  });

  test('accepted findings stand with their reasons', () => {
    const acknowledged = { 'Stack/Docs': { 'Strongbox::tls-only': 'An old client' } };
    const inputs = [{ ...INPUT[0], acknowledged }];
    const accepting = renderReport(review(assess(inputs), { selection: selectionOf({}), inputs }), { title: 'x' });
    expect(accepting).toMatch(/Accepted, with the reasons[^]*?tls-only[^]*?An old client/);
    expect(page).not.toContain('An old client');
  });

  test('names the rules that a proved guarantee satisfies, and those only', () => {
    const bucket = (SSEAlgorithm: string) =>
      of([
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
      ]);
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
  });

  test('is the same each time', () => {
    expect(of(INPUT)).toBe(page);
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
    expect(renderReport(reviewed(nothing), { title: 'Empty' })).toContain('Everything that was asked is proved');
    expect(renderReport(reviewed({ ...nothing, problems: ['no "Effect"'] }), { title: 'Empty' })).toMatch(
      /cannot be checked[^]*no &quot;Effect&quot;/,
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
