import type { CallerRule } from './contract';
import { HttpError } from './http-error';

/** Who asks. */
export interface Caller {
  /** Folder of the caller's own below the prefix, with its slash; empty where all share the prefix. */
  readonly folder: string;
  /** The name in the audit log. */
  readonly name: string;
}

/**
 * The part of a function URL's or an API's event that tells who calls, in both payload formats; the door has verified
 * it.
 */
export interface CallerEvent {
  readonly requestContext?: {
    readonly authorizer?: {
      readonly iam?: { readonly userId?: string; readonly userArn?: string };
      readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> };
      readonly claims?: Readonly<Record<string, unknown>>;
    };
    readonly identity?: { readonly caller?: string | null; readonly userArn?: string | null };
  };
}

/** One folder name, and another one for each value: what would have to be changed to be a folder is refused instead. */
const FOLDER = /^[A-Za-z0-9][A-Za-z0-9@._=+,:|-]{0,127}$/;

/** @throws HttpError if the door did not say who calls */
export function callerOf(event: CallerEvent, rule: CallerRule): Caller {
  const { authorizer, identity } = event.requestContext ?? {};
  const iamName = authorizer?.iam?.userArn ?? identity?.userArn ?? undefined;
  switch (rule.kind) {
    case 'iam': {
      // Of a role session "AROA...:name" the role's part alone: whoever may assume the role chooses the name.
      const [id] = (authorizer?.iam?.userId ?? identity?.caller ?? '').split(':');
      return {
        folder: folderOf(id, 'The caller is not known: the door has to authenticate with IAM.'),
        name: iamName ?? id,
      };
    }
    case 'claim': {
      const value = (authorizer?.jwt?.claims ?? authorizer?.claims)?.[rule.claim];
      const words = `The token has no claim "${rule.claim}" that could name a folder.`;
      return { folder: folderOf(value, words), name: `${rule.claim}=${String(value)}` };
    }
    case 'shared':
      return { folder: '', name: iamName ?? 'not told apart' };
  }
}

function folderOf(value: unknown, otherwise: string): string {
  if (typeof value !== 'string' || !FOLDER.test(value) || value.endsWith('.')) throw new HttpError(403, otherwise);
  return `${value}/`;
}
