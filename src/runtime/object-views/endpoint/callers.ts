import { JwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import type { Caller } from '../../custom-transform';
import { exchange } from '../aws/http';
import type { CallerRules, JwtRules } from '../contract';
import { callerOfIam } from '../identity';
import { S3Error } from '../s3-error';
import type { Settings } from '../settings';

/** As much of a function URL's event as says who calls. */
export interface Identity {
  /** With IAM authorization: the principal that signed. */
  readonly iamArn?: string;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
}

type Verify = (token: string) => Promise<{ readonly [claim: string]: unknown }>;

/** Who may call a view: nobody, where its document does not say so. */
export class CallerAuthorizer {
  private readonly principals: readonly Matcher[];
  private readonly verify: Verify | undefined;

  constructor(
    private readonly rules: CallerRules = {},
    settings: Pick<Settings, 'value'>,
  ) {
    this.principals = (rules.iam ?? []).map((principal) => matcher(settings.value(principal)));
    this.verify = rules.jwt && verifier(rules.jwt, settings);
  }

  /** @throws S3Error */
  public async admit({ iamArn, headers }: Identity): Promise<Caller> {
    if (iamArn !== undefined && this.principals.some((principal) => principal.test(iamArn))) return callerOfIam(iamArn);
    const { jwt } = this.rules;
    if (!jwt || !this.verify) throw denied();
    const token = /^Bearer\s+(\S+)$/i.exec(headers[jwt.header?.toLowerCase() ?? 'authorization'] ?? '')?.[1];
    if (token === undefined) {
      throw new S3Error(401, 'AccessDenied', 'A token is missing.', { 'www-authenticate': 'Bearer' });
    }
    let claims: { readonly [claim: string]: unknown };
    try {
      claims = await this.verify(token);
    } catch (error) {
      // What makes a token bad is not the caller's to know; that the keys cannot be had is another matter.
      if (error instanceof S3Error) throw error;
      throw new S3Error(401, 'AccessDenied', 'The token is not valid.', {
        'www-authenticate': 'Bearer error="invalid_token"',
      });
    }
    for (const [claim, allowed] of Object.entries(jwt.claims ?? {})) {
      const value = claims[claim];
      const values = Array.isArray(value) ? value : [value];
      if (!values.some((each) => typeof each === 'string' && allowed.includes(each))) throw denied();
    }
    if (typeof claims.sub !== 'string' || claims.sub === '') throw denied();
    return { id: claims.sub, claims };
  }
}

function denied(): S3Error {
  return new S3Error(403, 'AccessDenied', 'Access Denied');
}

const JWKS_TIMEOUT_MS = 3000;

function verifier({ issuer, audience, jwksUri }: JwtRules, settings: Pick<Settings, 'value'>): Verify {
  const iss = settings.value(issuer);
  const uri = jwksUri === undefined ? `${iss.replace(/\/$/, '')}/.well-known/jwks.json` : settings.value(jwksUri);
  const jwksCache = new SimpleJwksCache({
    fetcher: {
      fetch: async (url) => {
        const { status, body } = await exchange({
          method: 'GET',
          url: new URL(url),
          headers: {},
          signal: AbortSignal.timeout(JWKS_TIMEOUT_MS),
        }).catch(() => ({ status: 0, body: Buffer.alloc(0) }));
        if (status !== 200) {
          throw new S3Error(503, 'ServiceUnavailable', 'The keys of the token issuer cannot be read.');
        }
        return Uint8Array.from(body).buffer;
      },
    },
  });
  const inner = JwtVerifier.create(
    { issuer: iss, audience: audience.map((each) => settings.value(each)), jwksUri: uri },
    { jwksCache },
  );
  return async (token) => {
    refuseExtensions(token);
    const claims = (await inner.verify(token)) as unknown as { readonly [claim: string]: unknown };
    // The verifier takes a token without an end for one that never ends.
    if (typeof claims.exp !== 'number') throw new Error('the token has no end');
    return claims;
  };
}

/**
 * What a header names in `crit` must be understood or the token refused; nothing is understood here, `b64` included.
 * @see https://www.rfc-editor.org/rfc/rfc7515.html#section-4.1.11
 */
function refuseExtensions(token: string): void {
  const header = JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString()) as object;
  if ('crit' in header || 'b64' in header) throw new Error('the token has a critical extension');
}

/** Tells whether a principal is one of those that a pattern names. */
export interface Matcher {
  test(arn: string): boolean;
}

/** A principal's ARN with `*` and `?`; a role's is that of its sessions, which carry no path. */
export function matcher(pattern: string): Matcher {
  const role = /^arn:([^:]+):iam::([^:]*):role\/(?:.*\/)?([^/]+)$/.exec(pattern);
  const glob = role ? `arn:${role[1]}:sts::${role[2]}:assumed-role/${role[3]}/*` : pattern;
  return { test: (arn) => matches(glob, arn) };
}

/** Back to the last star only: a regular expression would try every way to share the text among many stars. */
function matches(glob: string, text: string): boolean {
  let [at, star, from] = [0, -1, 0];
  for (let i = 0; i < text.length;) {
    if (glob[at] === '*') {
      star = at++;
      from = i;
    } else if (at < glob.length && (glob[at] === '?' || glob[at] === text[i])) {
      at += 1;
      i += 1;
    } else if (star >= 0) {
      at = star + 1;
      i = ++from;
    } else {
      return false;
    }
  }
  while (glob[at] === '*') at += 1;
  return at === glob.length;
}
