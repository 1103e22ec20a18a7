import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { resolved } from './bucket-policy';
import { defaultEncryption } from './encryption-setting';
import { policyOfKey } from './key-policy';
import { referenced } from '../input/referenced';
import { validationError } from '../input/validation-error';
import type { Delivery } from '../model/delivery/delivery';

/** Lets the service use the key of the bucket, once. */
export function openKey(bucket: s3.CfnBucket, delivery: Delivery, sid: string, props: iam.PolicyStatementProps): void {
  const arn = defaultEncryption(bucket)?.kmsMasterKeyId;
  if (arn === undefined) return;
  const { keyPolicyReason } = delivery._options;
  const key = referenced(arn);
  if (!kms.CfnKey.isCfnKey(key)) {
    if (keyPolicyReason !== undefined) {
      Validations.of(bucket).acknowledge({
        id: 'Strongbox::delivery-works',
        reason: `${delivery.title}: ${keyPolicyReason}`,
      });
      return;
    }
    throw validationError({
      property: 'key',
      actual: 'a key whose policy this app does not write',
      expected:
        `a kms.Key of this app, since its policy must let ${delivery._row.principal} use it for ` + `${delivery.title}`,
      hint:
        'let the owner of the key add ' +
        `${JSON.stringify(Stack.of(bucket).resolve(new iam.PolicyStatement({ sid, ...props }).toStatementJson()))},` +
        ' and say so in "keyPolicyReason"',
      scope: bucket,
    });
  }
  const statement = new iam.PolicyStatement({ sid, ...props });
  const text = (json: unknown) => JSON.stringify({ ...(json as object), Sid: '' });
  const added = text(resolved(bucket, statement.toStatementJson()));
  const before = resolved<{ Statement: unknown[] }>(bucket, key.keyPolicy)?.Statement ?? [];
  if (!before.some((each) => text(each) === added)) policyOfKey(key).addStatements(statement);
}
