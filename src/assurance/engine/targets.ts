/** What requests are about: an action on a resource for each combination of answers that policies can give. */
import { encode } from './candidates';
import { accessPointResourceArn } from './environment';
import { ACL_ACTIONS } from './evaluate';
import { glob } from './glob';
import { afterSharedUnknown } from './holes';
import { ruleOf } from './key-rules';
import { compile, type KeyReader } from './operators';
import { distinct, type Target, type Vocabulary } from './property';
import { actionMatches, crossesColons, resourceMatches } from './statement-match';
import { witnesses, type Question } from './witnesses';
import { actions } from '../data/iam';
import { isUnknown } from '../template/unknown';

export interface ActionOn {
  readonly action: string;
  readonly resource: string;
}

/** One action on one resource for each combination of answers that the policies can give about them. */
export function findTargets(vocabulary: Vocabulary, read: KeyReader): ActionOn[] {
  const { statements, property } = vocabulary;
  const { environment: env, region, targets } = property;
  const doors = env.accessPoints ?? [];
  const view = { key: read };
  const found: ActionOn[] = [];
  for (const target of targets) {
    const service = `${target.service ?? target.arn.split(':')[2]}:`;
    const possible = ACTIONS.filter(
      ({ name, on }) => name.startsWith(service) && on.includes(target.kind) && actionMatches(region, name) !== false,
    );
    for (const resource of resourcesOf(target, vocabulary, read)) {
      for (const { name } of possible) found.push({ action: name, resource });
    }
  }
  const rules = vocabulary.keys.flatMap((key) => ruleOf(key)?.ofAction ?? []);
  // Answers by action and by resource are computed once each: they meet in the pair.
  const byAction = new Map<string, string[]>();
  const byResource = new Map<string, string[]>();
  const answers = ({ action, resource }: ActionOn): string => {
    let ofAction = byAction.get(action);
    if (!ofAction) {
      ofAction = statements.map((statement) => encode(actionMatches(statement, action)));
      byAction.set(action, ofAction);
    }
    let ofResource = byResource.get(resource);
    if (!ofResource) {
      const names = [resource, ...doors.map((door) => accessPointResourceArn(door, resource))];
      byResource.set(
        resource,
        (ofResource = statements.map((statement) =>
          names.map((arn) => encode(resourceMatches(statement, arn, view))).join(''),
        )),
      );
    }
    const acl = env.aclsMayGrant && ACL_ACTIONS.has(action.toLowerCase());
    return (
      `${acl} ${rules.map((rule) => rule(action)).join()} ` +
      `${statements.map((_, i) => (ofAction![i] === '0' ? '0' : `${ofAction![i]}${ofResource![i]}`)).join()}`
    );
  };
  return distinct(found, answers);
}

function resourcesOf(target: Target, { statements, property }: Vocabulary, read: KeyReader): string[] {
  if (target.keys === undefined) return [target.arn];
  const doors = property.environment.accessPoints ?? [];
  const befores = [`${target.arn}/`, ...doors.map((door) => `${door.arn}/object/`)];
  const questions: Question[] = [];
  const seen = new Set<string>();
  for (const statement of statements) {
    for (const text of statement.resources) {
      if ((isUnknown(text) && !afterSharedUnknown(text, target.arn)) || text === '*' || seen.has(text)) continue;
      seen.add(text);
      const compiled = compile(text, 'arn', statement.variables, read);
      const across = crossesColons(text) ? compile(text, 'glob', statement.variables, read) : { missing: '' };
      for (const each of [compiled, across]) {
        if ('pattern' in each) befores.forEach((after) => questions.push({ pattern: each.pattern, after }));
      }
    }
  }
  const keys = target.keys.flatMap((pattern) => witnesses(questions, [glob('?*'), glob(pattern)], property.place));
  return [...new Set(keys)].map((key) => `${target.arn}/${key}`);
}

/** Actions that make good examples come first: of those that nothing tells apart, the first stands for all. */
const TYPICAL = [
  's3:GetObject',
  's3:PutObject',
  's3:ListBucket',
  's3:DeleteObject',
  's3:GetObjectVersion',
  's3:DeleteObjectVersion',
  's3:PutBucketPolicy',
];
/** Who makes a bucket decides nothing about an existing one. */
const ACTIONS = actions()
  .filter(({ name }) => name !== 's3:CreateBucket')
  .sort((a, b) => rank(a.name) - rank(b.name));

function rank(name: string): number {
  const at = TYPICAL.indexOf(name);
  return at === -1 ? TYPICAL.length : at;
}
