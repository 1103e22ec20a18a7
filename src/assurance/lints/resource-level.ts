import type { LooseStatement } from './documents';
import type { Lint, Mistake } from './lint';
import { S3_ACTIONS } from './pages';
import { actionsMatching, type Action } from '../data/iam';
import { isUnknown } from '../template/unknown';

/** Object actions need object ARNs, bucket actions the bucket's; the other half is left out silently. */
export const resourceLevel: Lint = {
  id: 'resource-level',
  title: 'A statement names actions that do not apply to its resources',
  fix:
    'Name the bucket (arn:aws:s3:::bucket) for bucket actions, its objects (arn:aws:s3:::bucket/*) for ' +
    'object actions, and both for s3:*.',
  page: S3_ACTIONS,
  example: {
    wrong: '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket"',
    right: '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"',
  },
  *find(template) {
    for (const statement of template.statements) {
      yield* judge(statement, template.statements);
    }
  },
};

type Level = 'bucket' | 'object';

function* judge(statement: LooseStatement, all: readonly LooseStatement[]): Iterable<Mistake> {
  const {
    document: { resource },
    location,
    effect,
    actions,
    resources,
  } = statement;
  const arns = resources.filter((arn) => !isUnknown(arn));
  if (arns.length === 0 || arns.length < resources.length) return;
  const reached = new Set(arns.flatMap(levelsOf));
  if (reached.size !== 1) return;
  const [only] = reached;
  const mistake = (message: string): Mistake => ({ resource, location: `${location}.Resource`, message });

  for (const pattern of actions) {
    if (!/^s3:/i.test(pattern)) continue;
    const wanted = new Set(actionsMatching(pattern).flatMap(levelsAskedBy));
    if (wanted.size === 0 || wanted.has(only)) continue;
    // The grants of CDK allow s3:GetBucket* and s3:List* wherever they allow s3:GetObject*.
    if (effect === 'Allow' && /[*?]/.test(pattern) && actions.some((other) => fits(other, only))) continue;
    yield mistake(
      only === 'bucket'
        ? `"${pattern}" applies to objects, but "${arns[0]}" is a bucket: add "${arns[0]}/*".`
        : `"${pattern}" applies to the bucket, but "${arns[0]}" are its objects: add ` +
            `"${arns[0].replace(/\/.*$/, '')}".`,
    );
  }
  // An Allow on half a bucket allows less than it could, a Deny protects less than it seems to.
  if (
    effect === 'Deny' &&
    actions.some((pattern) => pattern === '*' || /^s3:\*$/i.test(pattern)) &&
    !isCompleted(statement, only, all)
  ) {
    yield mistake(
      only === 'bucket'
        ? `This denies nothing on objects: add "${arns[0]}/*".`
        : `This denies nothing on the bucket itself, such as listing it: add "${arns[0].replace(/\/.*$/, '')}".`,
    );
  }
}

const fits = (pattern: string, level: Level): boolean =>
  actionsMatching(pattern).some((action) => levelsAskedBy(action).includes(level));

/**
 * Whether another statement denies something of the other half under the same conditions: then it is divided, not
 * forgotten.
 */
function isCompleted(half: LooseStatement, only: Level, all: readonly LooseStatement[]): boolean {
  const [container] = half.resources.map((arn) => (only === 'object' ? arn.replace(/(\/object)?\/\*$/, '') : arn));
  const conditions = JSON.stringify(half.raw.Condition);
  return all.some(
    (other) =>
      other !== half &&
      other.document === half.document &&
      other.effect === 'Deny' &&
      JSON.stringify(other.raw.Condition) === conditions &&
      other.resources.some((arn) => (only === 'object' ? arn === container : arn.startsWith(`${container}/`))),
  );
}

function levelsAskedBy({ on }: Action): Level[] {
  return on.flatMap((kind): Level[] => {
    if (kind === 'object' || kind === 'accesspointobject') return ['object'];
    return kind === 'bucket' || kind === 'accesspoint' ? ['bucket'] : [];
  });
}

/** What a resource pattern can stand for; nothing for what is neither bucket, access point nor their objects. */
function levelsOf(arn: string): Level[] {
  const name = /^arn:[^:]*:s3:([^:]*):([^:]*):(.+)$/.exec(arn)?.[3];
  if (name === undefined) return ['bucket', 'object'];
  const accessPoint = /^accesspoint\/[^/]+(\/.*)?$/.exec(name);
  const rest = accessPoint ? accessPoint[1] : /^[^/]+(\/.*)$/.exec(name)?.[1];
  if (/^(access-grants|job|storage-lens|async-request)/.test(name)) return [];
  if (rest !== undefined) return ['object'];
  // A wildcard in the name also matches the slash, and with it the objects.
  return /\*$/.test(name) ? ['bucket', 'object'] : ['bucket'];
}
