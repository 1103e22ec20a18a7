import { Token } from 'aws-cdk-lib';
import { validationError } from './validation-error';

/** Scheme, host and port as browsers send them; "*" as the first label of a host at most. */
export function requireOrigin(property: string, origin: string): void {
  if (Token.isUnresolved(origin)) return;
  const refuse = (allowed: string, fix: string) =>
    validationError({ property, actual: origin, expected: allowed, hint: fix });
  if (origin === '*') {
    throw refuse('an origin by name', 'use CorsPolicy.forAnyOrigin(reason) if really every page on the web may read');
  }

  const parts =
    /^(https?):\/\/((?:\*|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::(\d{1,5}))?$/i.exec(
      origin,
    );
  if (!parts) {
    const bare = origin.replace(/^(\w+:\/\/[^/]*)\/.*$/, '$1').replace(/\/+$/, '');
    throw refuse(
      'scheme, host and port with no path and no trailing slash, "*" as the first label of the host only',
      bare !== origin && /^https?:\/\//.test(bare) ? `write "${bare}"` : 'write for example "https://www.example.com"',
    );
  }
  const [, scheme, host, port] = parts;
  if (host === '*') {
    throw refuse('"*" as the first label of a host, with more behind it', 'write for example "https://*.example.com"');
  }
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) {
    throw refuse('a port from 1 to 65535', 'correct the port');
  }
  if (scheme.toLowerCase() === 'http' && !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(host)) {
    throw refuse(
      "plain http for localhost only, since a page that came by http may be anybody's",
      `write "${origin.replace(/^http:/i, 'https:')}"`,
    );
  }
}
