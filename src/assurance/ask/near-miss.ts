import type { Condition } from '../engine/condition';
import type { Policy } from '../engine/policy';
import { displayKey, type Request } from '../engine/request';
import { viewOf } from '../engine/request-view';
import { unmetConditions } from '../engine/statement-match';
import { shown } from '../template/unknown';

/** A condition that keeps a statement from being about a request. */
interface MissedCondition {
  readonly key: string;
  /** What the statement needs, e.g. `StringEquals vpce-1`. */
  readonly needs: string;
  /** What the request has; absent if it has no such key. */
  readonly has?: string;
}

/** A statement that names the caller, the action and the resource of a request, and that its conditions alone miss. */
export interface NearMiss {
  readonly place: string;
  readonly effect: 'would allow' | 'would deny';
  readonly missed: readonly MissedCondition[];
}

/**
 * The statements of a policy that only their conditions keep from a request. Of denials those alone that wait for a
 * key that the asker gave: every deny of HTTP would deny an ordinary request otherwise.
 */
export function nearMisses(
  { statements }: Policy,
  request: Request,
  resource: string,
  given: ReadonlySet<string>,
): NearMiss[] {
  const view = viewOf(request);
  const found = statements.flatMap((statement): NearMiss[] => {
    const missed = unmetConditions(statement, view, resource);
    if (missed.length === 0) return [];
    if (statement.effect === 'Deny' && !missed.every(({ key }) => given.has(key))) return [];
    return [
      {
        place: shown(statement.place),
        effect: statement.effect === 'Allow' ? 'would allow' : 'would deny',
        missed: missed.map((condition) => described(condition, request)),
      },
    ];
  });
  return found.sort((one, other) => one.missed.length - other.missed.length);
}

function described({ set, operator, ifExists, key, values }: Condition, request: Request): MissedCondition {
  const value = viewOf(request).key(key);
  const has = value === undefined ? undefined : shown([value].flat().join(', '));
  const name = `${set === undefined ? '' : `${set}:`}${operator}${ifExists ? 'IfExists' : ''}`;
  return { key: displayKey(key), needs: `${name} ${shown(values.join(' or '))}`, ...(has !== undefined && { has }) };
}
