import type { LooseCondition } from './documents';
import { generatedName, type Lint, type LintedTemplates } from './lint';
import { GLOBAL_KEYS } from './pages';
import { hasWildcard } from './wildcard-in-equals';
import { conditionKey } from '../data/iam';
import { isUnknown } from '../template/unknown';

interface Shape {
  readonly keys: readonly string[];
  readonly like: RegExp;
  readonly words: string;
  /** Keys to suggest for values that look like something else. */
  readonly instead?: ReadonlyArray<readonly [like: RegExp, key: string]>;
}

/** What the value of a key looks like, where AWS leaves no choice. */
const SHAPES: readonly Shape[] = [
  {
    keys: ['aws:SourceVpc'],
    like: /^vpc-/,
    words: 'the id of a VPC (vpc-...)',
    instead: [
      [/^vpce-/, 'aws:SourceVpce'],
      [/^arn:/, 'aws:SourceVpcArn'],
    ],
  },
  {
    keys: ['aws:SourceVpce'],
    like: /^vpce-/,
    words: 'the id of a VPC endpoint (vpce-...)',
    instead: [[/^vpc-/, 'aws:SourceVpc']],
  },
  {
    keys: [
      'aws:SourceAccount',
      'aws:PrincipalAccount',
      'aws:ResourceAccount',
      'aws:VpceAccount',
      's3:ResourceAccount',
      's3:DataAccessPointAccount',
      'kms:CallerAccount',
    ],
    like: /^\d{12}$/,
    words: 'an account of twelve digits',
    instead: [
      [/^arn:/, 'aws:SourceArn or aws:PrincipalArn'],
      [/^o-/, 'aws:PrincipalOrgID'],
    ],
  },
  {
    keys: ['aws:PrincipalOrgID', 'aws:ResourceOrgID', 'aws:SourceOrgID', 'aws:VpceOrgID'],
    like: /^o-[a-z0-9]{10,32}$/,
    words: 'the id of an organization (o-...)',
    instead: [
      [/^(o-[^/]+|\*)\/|^ou-/, 'aws:PrincipalOrgPaths'],
      [/^\d{12}$/, 'aws:PrincipalAccount'],
    ],
  },
  {
    keys: ['aws:PrincipalArn', 'aws:SourceArn', 's3:DataAccessPointArn'],
    like: /^arn:/,
    words: 'an ARN',
    instead: [
      [/^\d{12}$/, 'aws:PrincipalAccount or aws:SourceAccount'],
      [/\.amazonaws\.com$/, 'aws:PrincipalServiceName'],
    ],
  },
  {
    keys: ['aws:PrincipalServiceName', 'aws:CalledVia', 'aws:CalledViaFirst', 'aws:CalledViaLast'],
    like: /\.amazonaws\.com$/,
    words: 'a service principal (....amazonaws.com)',
  },
  {
    keys: ['kms:ViaService'],
    like: /^[a-z0-9-]+\.[a-z0-9*?-]+\.amazonaws\.com$/,
    words: 'service.region.amazonaws.com, in every partition',
  },
  {
    keys: ['s3:x-amz-server-side-encryption'],
    like: /^(AES256|aws:kms|aws:kms:dsse)$/,
    words: 'AES256, aws:kms or aws:kms:dsse',
  },
  { keys: ['s3:x-amz-server-side-encryption-customer-algorithm'], like: /^AES256$/, words: 'AES256' },
  { keys: ['s3:object-lock-mode'], like: /^(GOVERNANCE|COMPLIANCE)$/, words: 'GOVERNANCE or COMPLIANCE' },
  { keys: ['s3:object-lock-legal-hold'], like: /^(ON|OFF)$/, words: 'ON or OFF' },
  {
    keys: ['s3:authType'],
    like: /^(REST-HEADER|REST-QUERY-STRING|POST)$/,
    words: 'REST-HEADER, REST-QUERY-STRING or POST',
  },
  { keys: ['s3:signatureversion'], like: /^(AWS|AWS4-HMAC-SHA256)$/, words: 'AWS or AWS4-HMAC-SHA256' },
  {
    keys: ['s3:x-amz-acl'],
    like: /^(private|public-read|public-read-write|aws-exec-read|authenticated-read|bucket-owner-read|bucket-owner-full-control|log-delivery-write)$/,
    words: 'a canned ACL',
  },
];

const shapeOf = new Map(SHAPES.flatMap((shape) => shape.keys.map((key) => [key, shape] as const)));

/** A value that the key can never have: most often the wrong key for the thing compared. */
export const comparedValue: Lint = {
  id: 'compared-value',
  title: 'A condition compares a key with something that it never holds',
  fix: 'Use the key that holds this kind of value, or a value of the kind that the key holds.',
  page: GLOBAL_KEYS,
  example: {
    wrong: '"StringNotEquals": { "aws:SourceVpc": "vpce-0a1b2c" }',
    right: '"StringNotEquals": { "aws:SourceVpce": "vpce-0a1b2c" }',
  },
  *find(template) {
    for (const {
      conditions,
      document: { resource },
    } of template.statements) {
      for (const condition of conditions) {
        const key = conditionKey(condition.key);
        const shape = key && shapeOf.get(key.name);
        if (!shape || /^null$/i.test(condition.operator)) continue;
        for (const value of condition.values) {
          const message = judge(value, condition, key.name, shape, template);
          if (message) yield { resource, location: condition.location, message };
        }
      }
    }
  },
};

function judge(
  value: string,
  { operator }: LooseCondition,
  key: string,
  shape: Shape,
  template: LintedTemplates,
): string | undefined {
  // A wildcard under StringEquals is a mistake of another kind: `wildcard-in-equals`.
  if (isUnknown(value) || (/^String.*Equals/i.test(operator) && hasWildcard(value))) return undefined;
  const made = NETWORK.find(([, type]) => template.ofType(type).some((resource) => generatedName(resource) === value));
  if (made !== undefined) {
    return shape.like.test(made[0]) || !shape.like.source.startsWith('^vpc')
      ? undefined
      : `"${key}" holds ${shape.words}, but "${value}" is ${made[2]}: use ${made[3]}.`;
  }
  const pattern = /Like$/i.test(operator) && /[*?]/.test(value);
  if (shape.like.test(value) || value.includes('{') || pattern) {
    return pattern ? judgePattern(value, key, shape) : undefined;
  }
  return wrong(value, key, shape);
}

/** Of a pattern only what stands before its first wildcard can be judged. */
function judgePattern(value: string, key: string, shape: Shape): string | undefined {
  return shape.instead?.some(([like]) => like.test(value)) && !shape.like.test(value)
    ? wrong(value, key, shape)
    : undefined;
}

function wrong(value: string, key: string, shape: Shape): string {
  const instead = shape.instead?.find(([like]) => like.test(value))?.[1];
  return `"${key}" holds ${shape.words}, never "${value}"${instead ? `: use ${instead}` : ''}.`;
}

/** What a reference to a VPC or endpoint of the same assembly stands for. */
const NETWORK = [
  ['vpc-0', 'AWS::EC2::VPC', 'a VPC', 'aws:SourceVpc'],
  ['vpce-0', 'AWS::EC2::VPCEndpoint', 'a VPC endpoint', 'aws:SourceVpce'],
] as const;
