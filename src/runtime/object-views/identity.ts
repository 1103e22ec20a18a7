import type { Caller } from '../custom-transform';

/** A caller that IAM knows, with the parts of the ARN as claims: role and session, or the name of a user. */
export function callerOfIam(id: string): Caller {
  const session = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\/(.+)$/.exec(id);
  return { id, claims: session ? { role: session[1], session: session[2] } : { user: id.split(/[:/]/).at(-1)! } };
}
