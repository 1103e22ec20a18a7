import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, PutBucketCorsCommand, type S3Client } from '@aws-sdk/client-s3';
import { KMS_KEY_ARN, type Radosgw, type User } from './radosgw';
import { SETTINGS_VARIABLE } from '../../src/runtime/presigned-urls/contract';

/** What the issuer answers. */
export interface Issued {
  readonly method: string;
  readonly url: string;
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly fields: Record<string, string>;
}

const BUILD = join(__dirname, '..', '..', 'build', 'e2e');

type Handler = (event: object) => Promise<{ statusCode: number; headers: Record<string, string>; body: string }>;

/**
 * An issuer of presigned URLs as it is deployed: bundle, settings, role and bucket are those of a synthesized stack,
 * and the role's sessions come from the server's STS. Of the role's policy the server is told what it knows: actions
 * and resources, not the age and the kind of a signature, and no KMS.
 */
export class DeployedIssuer {
  /**
   * @param user who assumes the signing role, as the function's own role does
   * @param synthesize writes an assembly to a folder and returns the name of the template there
   */
  public static async deploy(
    server: Radosgw,
    user: User,
    owner: S3Client,
    synthesize: (outdir: string) => string,
  ): Promise<DeployedIssuer> {
    // Below the project, where the bundle finds the SDK that Lambda would have.
    mkdirSync(BUILD, { recursive: true });
    const outdir = mkdtempSync(join(BUILD, 'issuer-'));
    const template = synthesize(outdir);
    const issuer = new DeployedIssuer(server, user, outdir, JSON.parse(readFileSync(join(outdir, template), 'utf8')));
    await issuer.makeBucket(owner);
    issuer.makeSigner();
    return issuer;
  }

  /** What the function logged. */
  public readonly audit: Array<Record<string, unknown>> = [];
  public readonly bucket: string;
  private readonly function: any;
  private readonly signer: string;
  private readonly environment = { ...process.env };

  private constructor(
    private readonly server: Radosgw,
    private readonly user: User,
    private readonly outdir: string,
    public readonly template: any,
  ) {
    this.function = this.resources('AWS::Lambda::Function').find(
      ({ Properties }) => Properties.Environment?.Variables?.[SETTINGS_VARIABLE],
    );
    const [signer] = /\w+(?=","Arn"\]\},"\\",\\"encryptionHeaders)/.exec(JSON.stringify(this.function)) ?? [];
    this.signer = signer!;
    this.bucket = this.nameOf(/"Ref":"(\w+)"/.exec(JSON.stringify(this.function.Properties.Environment))![1]);
  }

  /** The role that signs, as the server knows it. */
  public get signerArn(): string {
    return `arn:aws:iam:::role/${this.nameOf(this.signer)}`;
  }

  /** One call by somebody whom the API has authenticated. @throws what the issuer refuses */
  public async issue(sub: string, order: object): Promise<Issued> {
    const { statusCode, body } = await this.call(sub, JSON.stringify(order));
    if (statusCode !== 200) throw new Error(JSON.parse(body).message);
    return JSON.parse(body) as Issued;
  }

  public async call(
    sub: string,
    body: string,
  ): Promise<{ statusCode: number; headers: Record<string, string>; body: string }> {
    Object.assign(process.env, {
      [SETTINGS_VARIABLE]: this.valueOf(this.function.Properties.Environment.Variables[SETTINGS_VARIABLE]),
      AWS_ENDPOINT_URL_STS: this.server.endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: this.user.accessKey,
      AWS_SECRET_ACCESS_KEY: this.user.secretKey,
    });
    const { log } = console;
    console.log = (record) => void this.audit.push(record);
    try {
      return await this.handler()({
        requestContext: { http: { method: 'POST' }, authorizer: { jwt: { claims: { sub } } } },
        body,
      });
    } finally {
      console.log = log;
    }
  }

  public stop(): void {
    process.env = this.environment;
    rmSync(this.outdir, { recursive: true, force: true });
  }

  public resources(type: string): any[] {
    return Object.values<any>(this.template.Resources).filter(({ Type }) => Type === type);
  }

  private handler(): Handler {
    const [hash] = /[0-9a-f]{64}/.exec(JSON.stringify(this.function.Properties.Code))!;
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- what Lambda does with the asset
    return require(join(this.outdir, `asset.${hash}`, 'index.js')).handler;
  }

  private async makeBucket(owner: S3Client): Promise<void> {
    await owner.send(new CreateBucketCommand({ Bucket: this.bucket }));
    const { CorsConfiguration } =
      this.resources('AWS::S3::Bucket').find(({ Properties }) => Properties.CorsConfiguration)?.Properties ?? {};
    if (CorsConfiguration) {
      const CORSRules = CorsConfiguration.CorsRules.map(
        ({ AllowedHeaders, AllowedMethods, AllowedOrigins, ExposedHeaders, MaxAge }: any) => ({
          AllowedHeaders,
          AllowedMethods,
          AllowedOrigins,
          ExposeHeaders: ExposedHeaders,
          MaxAgeSeconds: MaxAge,
        }),
      );
      await owner.send(new PutBucketCorsCommand({ Bucket: this.bucket, CORSConfiguration: { CORSRules } }));
    }
  }

  private makeSigner(): void {
    const statements = this.resources('AWS::IAM::ManagedPolicy')
      .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(`"${this.signer}"`))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => ![Action].flat()[0].startsWith('kms:'));
    const Statement = statements.map(({ Effect, Action, Resource }) => ({
      Effect,
      Action,
      Resource: this.valueOf(Resource),
    }));
    this.server.addRole(this.nameOf(this.signer), this.user.name, { Version: '2012-10-17', Statement });
  }

  private nameOf(logicalId: string): string {
    return this.template.Resources[logicalId].Properties.BucketName ?? logicalId.toLowerCase();
  }

  /** What an expression of the template is here. */
  private valueOf(expression: any): any {
    if (typeof expression !== 'object') return expression;
    if (expression['Fn::Join']) {
      return expression['Fn::Join'][1].map((part: unknown) => this.valueOf(part)).join(expression['Fn::Join'][0]);
    }
    const id: string = expression.Ref ?? expression['Fn::GetAtt']?.[0];
    const pseudo: Record<string, string> = { 'AWS::URLSuffix': 'amazonaws.com', 'AWS::Partition': 'aws' };
    if (pseudo[id]) return pseudo[id];
    const type = this.template.Resources[id]?.Type;
    if (type === 'AWS::S3::Bucket') return expression.Ref ? this.nameOf(id) : `arn:aws:s3:::${this.nameOf(id)}`;
    if (type === 'AWS::KMS::Key' && !expression.Ref) return KMS_KEY_ARN;
    if (type === 'AWS::IAM::Role' && !expression.Ref) return `arn:aws:iam:::role/${this.nameOf(id)}`;
    throw new Error(`nobody knows what ${JSON.stringify(expression)} is here`);
  }
}
