import type { ProofObligation } from './proof-obligation';
import { answerOf } from '../engine/answers';
import type { Property } from '../engine/property';

/**
 * That at least one of the requests is allowed, however it differs from an ordinary one. If none is, an ordinary one
 * shows what refuses it.
 * @param attempt that none of them is allowed
 * @param advice what to do if none is
 */
export function possible(name: string, attempt: Property, advice?: string): ProofObligation {
  const { status, reason, axioms } = answerOf(attempt);
  return status === 'proved'
    ? { ...attempt, expect: 'always', advice }
    : { setting: name, holds: status === 'violated' ? true : undefined, reason: `open: ${reason}`, axioms };
}
