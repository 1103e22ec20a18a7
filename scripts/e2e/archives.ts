import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { Acceptance, Encryption, Proof, Retention, WormArchive } from '../../src';

export const ACCOUNT = '111122223333';
export const REGION = 'us-east-1';
export const GOVERNANCE = 'governance';
export const COMPLIANCE = 'compliance';
export const COPY = 'acme-broker-records-copy';

/** The role by which the model knows a user of the server. */
export function roleArn(user: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${user}`;
}

/** Two archives as a user of the library writes them. */
export class ArchivesStack extends Stack {
  public constructor(scope: Construct, id: string, props: StackProps & { readonly readers: readonly string[] }) {
    super(scope, id, props);
    const who = (...names: readonly string[]) => names.map((name) => iam.Role.fromRoleArn(this, name, roleArn(name)));
    const common = {
      archivists: who('ingest'),
      readers: who(...props.readers),
      retentionOfficers: who('records'),
      legalOfficers: who('legal'),
      policyAdministrators: who('deploy'),
      encryption: Encryption.s3Managed(),
    };
    const maximum = Duration.days(10);
    new WormArchive(this, 'Governance', { ...common, bucketName: GOVERNANCE, retention: Retention.governance(Duration.days(2), { maximum }) });
    new WormArchive(this, 'Compliance', {
      ...common,
      bucketName: COMPLIANCE,
      retention: Retention.compliance(Duration.days(2), Acceptance.irreversible('A server in memory that ends with the run'), { maximum }),
    });
  }
}

/** What the model says of the same stack. */
export function modelOf(readers: readonly string[]): Proof {
  const outdir = mkdtempSync(join(tmpdir(), 'strongbox-e2e-'));
  try {
    return Proof.ofStack(new ArchivesStack(new App({ outdir, treeMetadata: false }), 'Archives', { env: { account: ACCOUNT, region: REGION }, readers }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
