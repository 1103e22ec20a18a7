import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Acceptance, Encryption, Proof, Retention, WormArchive } from '../../src';
import { readAssembly, resolveTemplates } from '../../src/assurance/resolve';

export const ACCOUNT = '111122223333';

/** A bucket as the template describes it, in literals. */
export interface Synthesized {
  readonly name: string;
  readonly properties: Record<string, any>;
  readonly policy: { Statement: Array<Record<string, any>> };
}

export interface Archives {
  readonly governance: Synthesized;
  readonly compliance: Synthesized;
  readonly proof: Proof;
}

/** The role by which the model knows a user of the server. */
export function roleArn(user: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${user}`;
}

/** Two archives as a user of the library writes them, synthesized and read back from their templates. */
export function synthesize(): Archives {
  const outdir = mkdtempSync(join(tmpdir(), 'strongbox-e2e-'));
  try {
    const app = new App({ outdir, treeMetadata: false });
    const stack = new Stack(app, 'Archives', { env: { account: ACCOUNT, region: 'us-east-1' } });
    const who = (name: string) => [iam.Role.fromRoleArn(stack, name, roleArn(name))];
    const people = { archivists: who('ingest'), readers: who('audit'), retentionOfficers: who('records'), legalOfficers: who('legal') };
    const encryption = Encryption.s3Managed();
    new WormArchive(stack, 'Governance', {
      ...people, encryption, bucketName: 'governance', retention: Retention.governance(Duration.days(2), { maximum: Duration.days(10) }),
    });
    new WormArchive(stack, 'Compliance', {
      ...people,
      encryption,
      bucketName: 'compliance',
      retention: Retention.compliance(Duration.days(2), Acceptance.irreversible('A server in memory that ends with the run'), { maximum: Duration.days(10) }),
    });
    app.synth();
    const { buckets } = resolveTemplates(readAssembly(outdir));
    const named = (name: string): Synthesized => {
      const bucket = buckets.find((each) => each.name === name)!;
      return { name, properties: bucket.resource.properties, policy: bucket.policies[0].resource.properties.PolicyDocument };
    };
    return { governance: named('governance'), compliance: named('compliance'), proof: Proof.ofStack(stack) };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
