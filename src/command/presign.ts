import { parseArgs } from 'node:util';
import { connectPresign, type CredentialsLife, type PresignClient } from './presign-client';
import { Exit, UsageError, type Subcommand, type Terminal } from './subcommand';
import { MAX_SECONDS } from '../runtime/presigned-urls/contract';
import { objectKey } from '../runtime/presigned-urls/object-key';

const USAGE = `Usage: cdk-s3-strongbox presign s3://BUCKET/KEY [--put | --post] [options]

One presigned URL, with the credentials and the region that the AWS SDK finds. It has your rights at the time it is used, so
whoever has it acts as you on that object: send it as you would send a password.

  (nothing)              read the object
  --put                  upload it by PUT; send the headers that are printed
  --post                 upload it by a form; prints the URL and the fields as JSON

  --expires-in SECONDS   1 to 604800 (default: 3600); the URL dies with your credentials, which may be earlier
  --content-type TYPE    the only type that the upload may have
  --checksum-sha256 SUM  SHA-256 of the content in Base64; needed where Object Lock is on
  --max-size BYTES       with --post, the biggest upload (default: 5368709120, S3's limit for one)
  --region REGION        the region of the bucket

Examples:

  cdk-s3-strongbox presign s3://docs/reports/may.pdf --expires-in 900
  cdk-s3-strongbox presign s3://docs/uploads/may.pdf --put --content-type application/pdf

Exit code: 0 printed, 2 not signed.`;

const DEFAULT_SECONDS = 3600;
/** Of a user with a session token; a role has 12 hours at most. */
const LONGEST_SESSION_SECONDS = 129_600;
const MAX_BYTES = 5 * 1024 ** 3;

interface Order {
  readonly bucket: string;
  readonly key: string;
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly seconds: number;
  readonly contentType?: string;
  readonly checksumSha256?: string;
  readonly maximumBytes: number;
  readonly region?: string;
}

/** The subcommand over any client and clock, so that tests and other servers can stand in for Amazon S3. */
export function presignWith(
  client: (order: { region?: string }) => PresignClient,
  now: () => number = Date.now,
): Subcommand {
  return {
    name: 'presign',
    summary: 'Make one presigned URL or form',
    usage: USAGE,
    async run(args, terminal) {
      const order = parse(args);
      const s3 = client(order);
      const credentials = await s3.credentials();
      requireLife(order.seconds, credentials, now());
      await print(s3, order, terminal);
      terminal.err(
        `Opens until ${new Date(now() + order.seconds * 1000).toISOString()}, for whoever has it, with your rights.\n`,
      );
      if (isOpenEnded(credentials)) {
        terminal.err('Your session does not say when it ends; the URL ends with it, which may be earlier.\n');
      }
      return Exit.OK;
    },
  };
}

export const presign: Subcommand = presignWith(({ region }) => connectPresign(region));

async function print(s3: PresignClient, order: Order, { out, err }: Terminal): Promise<void> {
  const { contentType, checksumSha256, maximumBytes, seconds } = order;
  switch (order.method) {
    case 'GET':
      return out(await s3.get(order, seconds));
    case 'PUT': {
      out(await s3.put(order, { contentType, checksumSha256 }, seconds));
      if (contentType !== undefined) err(`Send the header content-type: ${contentType}\n`);
      if (checksumSha256 !== undefined) err(`Send the header x-amz-checksum-sha256: ${checksumSha256}\n`);
      return;
    }
    case 'POST':
      return out(
        JSON.stringify(await s3.post(order, { contentType, checksumSha256, maximumBytes }, seconds), undefined, 2),
      );
  }
}

function parse(args: string[]): Order {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        put: { type: 'boolean' },
        post: { type: 'boolean' },
        'expires-in': { type: 'string' },
        'content-type': { type: 'string' },
        'checksum-sha256': { type: 'string' },
        'max-size': { type: 'string' },
        region: { type: 'string' },
      },
    });
    if (positionals.length !== 1) throw new Error('Name one object as s3://BUCKET/KEY.');
    if (values.put && values.post) throw new Error('--put does not go with --post.');
    const writing = values.post ? 'POST' : 'PUT';
    const method = values.put || values.post ? writing : 'GET';
    for (const option of ['content-type', 'checksum-sha256'] as const) {
      if (method === 'GET' && values[option] !== undefined) {
        throw new Error(`--${option} goes with --put and --post only.`);
      }
    }
    if (method !== 'POST' && values['max-size'] !== undefined) {
      throw new Error('--max-size goes with --post only: a PUT URL cannot bound the size.');
    }
    const sum = values['checksum-sha256'];
    if (sum !== undefined && !/^[A-Za-z0-9+/]{43}=$/.test(sum)) {
      throw new Error('--checksum-sha256 wants 32 bytes in Base64, 44 characters.');
    }
    return {
      ...placeOf(positionals[0]),
      method,
      seconds: wholeNumber(
        '--expires-in',
        values['expires-in'],
        DEFAULT_SECONDS,
        MAX_SECONDS,
        ' seconds (seven days; the console gives 12 hours at most)',
      ),
      contentType: values['content-type'],
      checksumSha256: sum,
      maximumBytes: wholeNumber('--max-size', values['max-size'], MAX_BYTES, MAX_BYTES, ' bytes'),
      region: values.region,
    };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The key is checked as the issuer checks it: one that a program reads in two ways is no key to sign for. */
function placeOf(text: string): { bucket: string; key: string } {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/s.exec(text) ?? [];
  if (bucket === undefined) throw new Error(`"${text}" is no object: write s3://BUCKET/KEY.`);
  const checked = objectKey('', key);
  if (checked !== key) {
    throw new Error(
      'The key is not in Unicode normal form C, so the object would be another one: name it as S3 lists it.',
    );
  }
  return { bucket, key };
}

function wholeNumber(
  option: string,
  text: string | undefined,
  otherwise: number,
  maximum: number,
  unit: string,
): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d*$/.test(text) || Number(text) > maximum) throw new Error(`${option} wants 1 to ${maximum}${unit}.`);
  return Number(text);
}

function isOpenEnded({ isSession, ends }: CredentialsLife): boolean {
  return isSession && ends === undefined;
}

/** @throws if the credentials end before, or are of a session that surely does */
function requireLife(seconds: number, credentials: CredentialsLife, now: number): void {
  if (isOpenEnded(credentials) && seconds > LONGEST_SESSION_SECONDS) {
    throw new Error(
      `--expires-in is ${seconds}, but your credentials are of a session, which lives for ` +
        `${LONGEST_SESSION_SECONDS} seconds (36 hours) at most,` +
        ' and a URL dies with it: ask for less, or sign with the keys of a user.',
    );
  }
  const left =
    credentials.ends === undefined ? Infinity : Math.max(0, Math.floor((credentials.ends.getTime() - now) / 1000));
  if (seconds > left) {
    throw new Error(
      `--expires-in is ${seconds}, but your credentials live for ${left} seconds more, and a URL dies with them:` +
        ` ${left > 0 ? `ask for ${left} or less, or ` : ''}sign in again.`,
    );
  }
}
