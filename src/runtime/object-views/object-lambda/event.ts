import type { Caller } from '../../custom-transform';
import { normalized } from '../headers';
import { callerOfIam } from '../identity';

/** As S3 sends it; more fields may appear. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-event-context.html */
export interface ObjectLambdaEvent {
  readonly xAmzRequestId?: string;
  readonly getObjectContext?: {
    readonly inputS3Url: string;
    readonly outputRoute: string;
    readonly outputToken: string;
  };
  readonly headObjectContext?: { readonly inputS3Url: string };
  readonly listObjectsContext?: { readonly inputS3Url: string };
  readonly listObjectsV2Context?: { readonly inputS3Url: string };
  readonly configuration?: { readonly payload?: string };
  readonly userRequest: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  readonly userIdentity?: {
    readonly type?: string;
    readonly arn?: string;
    readonly principalId?: string;
    readonly sessionContext?: { readonly sessionIssuer?: { readonly arn?: string; readonly userName?: string } };
  };
}

/** The caller's request, with names in small letters. */
export interface UserRequest {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

export function userRequest({ userRequest: { url, headers } }: ObjectLambdaEvent): UserRequest {
  // Not the path of URL, which resolves `..`: S3 does not.
  const [, path = ''] = /^[^:]+:\/\/[^/?#]*\/([^?#]*)/.exec(url) ?? [];
  return {
    key: decodeURIComponent(path),
    headers: normalized(headers),
    query: Object.fromEntries([...new URL(url).searchParams].map(([name, value]) => [name.toLowerCase(), value])),
  };
}

export function callerOf({ userIdentity }: ObjectLambdaEvent): Caller | undefined {
  const id = userIdentity?.arn ?? userIdentity?.principalId;
  return id === undefined ? undefined : callerOfIam(id);
}

/** Host is that of the URL; all else that was signed must come along, or S3 refuses. */
export function signedHeaders(inputUrl: URL): Set<string> {
  const names = [...inputUrl.searchParams].find(([name]) => name.toLowerCase() === 'x-amz-signedheaders')?.[1] ?? '';
  return new Set(
    names
      .toLowerCase()
      .split(';')
      .filter((name) => name !== '' && name !== 'host'),
  );
}
