import type { Environment } from './environment';
import { evaluate } from './evaluate';
import type { Policy } from './policy';
import type { Target } from './property';
import { region } from './region';
import type { Request } from './request';
import { RequestEnumerator } from './request-enumerator';

/**
 * Looks for a request that two sets of policies decide differently, among one representative of every class of requests
 * that the two together can tell apart.
 * @param actions patterns of the actions to ask about, e.g. `s3:*`
 * @returns undefined if they decide every request alike, under the axioms that proofs rest on
 * @throws if something is unsupported
 */
export function difference(
  a: Environment,
  b: Environment,
  targets: readonly Target[],
  actions: readonly string[],
): Request | undefined {
  const search = new RequestEnumerator({
    place: 'equivalence',
    expect: 'never',
    region: region({ actions, when: {} }),
    targets,
    environment: {
      ...a,
      resourcePolicies: [...a.resourcePolicies, ...b.resourcePolicies],
      accessPoints: a.accessPoints?.map((point) => {
        const same = b.accessPoints?.find(({ arn }) => arn === point.arn);
        return { ...point, policy: together(point.policy, same?.policy) };
      }),
    },
  });
  do {
    search.restart();
    for (const lean of ['allow', 'deny'] as const) {
      if (evaluate(search, a, lean).allowed !== evaluate(search, b, lean).allowed) return search.request();
    }
  } while (search.next());
  return undefined;
}

function together(...policies: Array<Policy | undefined>): Policy | undefined {
  const [first, ...others] = policies.filter((policy) => policy !== undefined);
  return first && { ...first, statements: [first, ...others].flatMap(({ statements }) => statements) };
}
