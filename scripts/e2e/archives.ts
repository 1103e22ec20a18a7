import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { RiskAcceptance, Encryption, Proof, Retention, WormArchive } from '../../src';

export const ACCOUNT = '111122223333';
export const REGION = 'us-east-1';
export const GOVERNANCE = 'governance';
export const COMPLIANCE = 'compliance';
export const COPY = 'acme-broker-records-copy';

/** The role by which the model knows a user of the server. */
export function roleArn(user: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${user}`;
}

const MAXIMUM = { maximum: Duration.days(10) };
const RETENTIONS: Record<string, Retention> = {
  [GOVERNANCE]: Retention.governance(Duration.days(2), MAXIMUM),
  [COMPLIANCE]: Retention.compliance(
    Duration.days(2),
    RiskAcceptance.irreversible('A server in memory that ends with the run'),
    MAXIMUM,
  ),
};

/**
 * An archive as a user of the library writes it; a template with two of them is too long for the CLI to send without a
 * bootstrapped account.
 */
export class ArchiveStack extends Stack {
  public constructor(
    scope: Construct,
    mode: typeof GOVERNANCE | typeof COMPLIANCE,
    props: StackProps & { readonly readers: readonly string[] },
  ) {
    super(scope, `Archive-${mode}`, props);
    const who = (...names: readonly string[]) => names.map((name) => iam.Role.fromRoleArn(this, name, roleArn(name)));
    new WormArchive(this, 'Archive', {
      bucketName: mode,
      retention: RETENTIONS[mode],
      writers: who('ingest'),
      readers: who(...props.readers),
      retentionManagers: who('records'),
      legalHoldManagers: who('legal'),
      policyAdministrators: who('deploy'),
      encryption: Encryption.s3Managed(),
    });
  }
}

/** What the model says of the same stacks. */
export function modelOf(readers: readonly string[]): Proof {
  const outdir = mkdtempSync(join(tmpdir(), 'strongbox-e2e-'));
  try {
    const app = new App({ outdir, treeMetadata: false });
    for (const mode of [GOVERNANCE, COMPLIANCE] as const) {
      new ArchiveStack(app, mode, { env: { account: ACCOUNT, region: REGION }, readers });
    }
    return Proof.ofApp(app);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
