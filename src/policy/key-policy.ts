import { Lazy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { resolved } from './bucket-policy';

const SID = 'StrongboxKeyDeletion';

/**
 * The policy of a key to which statements can be added: the CDK's own, or the text of an included template.
 */
export function policyOfKey(key: kms.CfnKey): Pick<iam.PolicyDocument, 'addStatements'> {
  const document = key.keyPolicy as unknown;
  if (document instanceof iam.PolicyDocument) return document;
  return {
    addStatements: (...statements) => {
      const before = key.keyPolicy as unknown;
      key.keyPolicy = Lazy.uncachedAny({
        produce: (context) => {
          const { Statement, ...rest } = context.resolve(before) as { Statement?: unknown };
          return {
            ...rest,
            Statement: [...[Statement ?? []].flat(), ...statements.map((statement) => statement.toStatementJson())],
          };
        },
      });
    },
  };
}

/** Denies everybody, which is the shape of all guardrails of this library. */
export function denyOnKey(
  document: Pick<iam.PolicyDocument, 'addStatements'>,
  sid: string,
  actions: string[],
  conditions?: Record<string, unknown>,
): void {
  document.addStatements(
    new iam.PolicyStatement({
      sid,
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions,
      resources: ['*'],
      conditions,
    }),
  );
}

/**
 * Denies everybody to schedule the deletion of the key, to delete its imported material, or to disable it; once,
 * however often it is asked.
 */
export function denyKeyDeletion(
  scope: IConstruct,
  document: Pick<iam.PolicyDocument, 'addStatements'>,
  text: unknown = document,
): void {
  const statements = resolved<{ Statement: Array<{ Sid?: string }> }>(scope, text)?.Statement ?? [];
  if (statements.some(({ Sid }) => Sid === SID)) return;
  denyOnKey(document, SID, ['kms:ScheduleKeyDeletion', 'kms:DeleteImportedKeyMaterial', 'kms:DisableKey']);
}
