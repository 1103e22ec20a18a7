import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aws } from './aws/services';
import { type Deployed, ENV, type ViewDocument, VIEWS_FILE, type ViewsDocument } from './contract';
import { type LookupSpec } from './transform-spec';
import type { View } from './view-request';
import type { Lookup } from '../transforms/enrich/lookup';
import { DynamoDbLookup, ObjectLookup } from '../transforms/enrich/lookup';
import { SpecError, TransformError } from '../transforms/errors';
import { prepareChain, type Surroundings } from '../transforms/prepare';

const LEAST_KEY_BYTES = 16;
const DEFAULT_LOOKUP_BYTES = 16 << 20;
const VIEW_NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/;

/**
 * The document of the construct, read once, and what it names: variables, the key, lookups, the chains of its views.
 */
export class Settings {
  public readonly document: ViewsDocument;
  public readonly aws: Aws;
  private readonly views = new Map<string, Promise<View>>();
  private readonly lookups = new Map<string, Lookup>();
  private secret: Promise<Buffer | undefined> | undefined;

  constructor(
    private readonly env: NodeJS.ProcessEnv = process.env,
    folder = __dirname,
  ) {
    this.document = documentOf(env, folder);
    this.aws = new Aws(env);
  }

  public value(deployed: Deployed): string {
    if (typeof deployed === 'string') return deployed;
    const value = this.env[deployed.env];
    if (value === undefined) {
      throw new SpecError(
        `the environment variable ${deployed.env} is missing, the views document names it; set it on the function`,
      );
    }
    return value;
  }

  /** The document of a view; `undefined` where there is none of that name. */
  public viewDocument(name: string): ViewDocument | undefined {
    return Object.hasOwn(this.document.views, name) ? this.document.views[name] : undefined;
  }

  /** A view, prepared with its first use. A failure is not remembered: what it needs may be there the next time. */
  public view(name: string): Promise<View> {
    let view = this.views.get(name);
    if (!view) {
      view = this.prepare(name);
      this.views.set(name, view);
      view.catch(() => this.views.delete(name));
    }
    return view;
  }

  private async prepare(name: string): Promise<View> {
    const document = this.viewDocument(name);
    if (!document) {
      throw new SpecError(
        `there is no view "${name}" in the views document; add it, or correct the payload of the access point`,
      );
    }
    const secret = await this.key();
    const surroundings: Surroundings = {
      pseudonymKey: secret && derived(secret, 'pseudonyms'),
      images: this.document.images,
      value: (deployed) => this.value(deployed),
      lookup: (spec) => this.lookup(spec),
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- a module of a layer, which no bundler may look for
      load: (module) => require(module) as Record<string, unknown>,
    };
    return {
      name,
      document,
      chain: prepareChain(document.transforms, surroundings),
      key: secret && derived(secret, 'etags'),
    };
  }

  /** The secret, read once. */
  private key(): Promise<Buffer | undefined> {
    this.secret ??= this.readSecret().catch((error: unknown) => {
      this.secret = undefined;
      throw error;
    });
    return this.secret;
  }

  private async readSecret(): Promise<Buffer | undefined> {
    const { keySecretArn } = this.document;
    if (keySecretArn === undefined) return undefined;
    const { status, body } = await this.aws.json('secretsmanager', 'secretsmanager.GetSecretValue', {
      SecretId: this.value(keySecretArn),
    });
    if (status !== 200) {
      throw new TransformError(
        'KeyUnavailable',
        `the secret of the views could not be read (${status})`,
        status >= 500,
      );
    }
    const secret =
      typeof body.SecretString === 'string'
        ? Buffer.from(body.SecretString)
        : Buffer.from(String(body.SecretBinary ?? ''), 'base64');
    if (secret.length < LEAST_KEY_BYTES) {
      throw new SpecError(
        `the secret of the views has ${secret.length} bytes, it must have at least ${LEAST_KEY_BYTES}; ` +
          'store a longer random one',
      );
    }
    return secret;
  }

  private lookup(spec: LookupSpec): Lookup {
    const name = JSON.stringify(spec);
    let lookup = this.lookups.get(name);
    if (!lookup) this.lookups.set(name, (lookup = this.makeLookup(spec)));
    return lookup;
  }

  private makeLookup(spec: LookupSpec): Lookup {
    if (spec.type === 'dynamodb') {
      return new DynamoDbLookup(spec, this.value(spec.table), (target, input, signal) =>
        this.aws.json('dynamodb', target, input, signal),
      );
    }
    const url = this.aws.objectUrl(this.value(spec.bucket), this.value(spec.key));
    const maxBytes = spec.maxBytes ?? DEFAULT_LOOKUP_BYTES;
    return new ObjectLookup(async (etag, signal) => {
      const { status, headers, body } = await this.aws.s3(
        'GET',
        url,
        etag === undefined ? {} : { 'if-none-match': etag },
        '',
        signal,
      );
      if (status === 304) return undefined;
      if (status !== 200) {
        throw new TransformError('LookupFailed', `the lookup object could not be read (${status})`, status >= 500);
      }
      if (body.length > maxBytes) {
        throw new TransformError('LookupFailed', `the lookup object has more than ${maxBytes} bytes`);
      }
      return { body, etag: headers.etag ?? '' };
    });
  }
}

/** Keys for different ends never are the same. */
function derived(secret: Buffer, purpose: string): Buffer {
  return createHmac('sha256', secret).update(`strongbox views ${purpose}`).digest();
}

function documentOf(env: NodeJS.ProcessEnv, folder: string): ViewsDocument {
  const text = env[ENV.VIEWS] ?? readFileSync(env[ENV.VIEWS_FILE] ?? join(folder, VIEWS_FILE), 'utf8');
  const document = JSON.parse(text) as ViewsDocument;
  if (document.version !== 1) {
    throw new SpecError(
      `"version" of the views document is ${JSON.stringify(document.version)}, it must be 1; deploy ` +
        'construct and function of one release',
    );
  }
  for (const name of Object.keys(document.views ?? {})) {
    if (!VIEW_NAME.test(name)) {
      throw new SpecError(
        `"views" has "${name}", a name must be of letters, digits and hyphens, at most 63; rename it`,
      );
    }
  }
  return document;
}
