import { principalKey, PRINCIPAL_KEYS, type ContextValue, type Principal, type Request } from './request';

/** A request as the evaluator reads it: field by field, so that the prover sees which fields an answer rests on. */
export interface RequestView {
  principal(): Principal;
  action(): string;
  resource(): string;
  /** @param name condition key in lower case */
  key(name: string): ContextValue | undefined;
}

/** A concrete request; keys that follow from the principal need not be in its context. */
export function viewOf(request: Request): RequestView {
  return {
    principal: () => request.principal,
    action: () => request.action,
    resource: () => request.resource,
    key: (name) =>
      request.context[name] ?? (PRINCIPAL_KEYS.has(name) ? principalKey(request.principal, name) : undefined),
  };
}
