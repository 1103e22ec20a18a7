import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { resolved } from './bucket-policy';

const SID = 'StrongboxKeyDeletion';

/** Denies everybody, which is the shape of all guardrails of this library. */
export function denyOnKey(document: iam.PolicyDocument, sid: string, actions: string[], conditions?: Record<string, unknown>): void {
  document.addStatements(new iam.PolicyStatement({
    sid, effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions, resources: ['*'], conditions,
  }));
}

/** Denies everybody to schedule the deletion of the key, to delete its imported material, or to disable it; once, however often it is asked. */
export function denyKeyDeletion(scope: IConstruct, document: iam.PolicyDocument): void {
  const statements = resolved<{ Statement: Array<{ Sid?: string }> }>(scope, document)?.Statement ?? [];
  if (statements.some(({ Sid }) => Sid === SID)) return;
  denyOnKey(document, SID, ['kms:ScheduleKeyDeletion', 'kms:DeleteImportedKeyMaterial', 'kms:DisableKey']);
}
