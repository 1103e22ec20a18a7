import type { GuaranteeProps } from './guarantee-props';
import { possible } from './possible';
import { never, ownPrincipals, SSE, SSE_KEY, type RequestPart } from './proof-obligation';
import { answerOf } from '../engine/answers';
import type { Conditions } from '../engine/region';
import type { ResourceUnderTest } from '../model/subject';

/**
 * Of every bucket: that conditions on encryption headers leave an upload open. Whom else the policy shuts out, and
 * whether it requires a header, is for the owner of the bucket to say.
 */
export function uploadsNotShutOut(): GuaranteeProps {
  return {
    id: 'default-upload-allowed',
    title: 'Uploads pass the encryption rules',
    description: 'What the bucket policy demands of encryption headers leaves at least one form of upload possible.',
    fix:
      'Remove one of the statements that deny s3:PutObject by its encryption header: together they deny every ' +
      'upload. The default encryption of the bucket needs no header.',
    options: 'somebody',
    parts: (subject) => {
      const uploads = attempt(subject, ownPrincipals(subject));
      const withoutHeaderRules: RequestPart = {
        ...uploads,
        environment: {
          ...uploads.environment,
          resourcePolicies: uploads.environment.resourcePolicies.map((policy) => ({
            ...policy,
            statements: policy.statements.filter((statement) => !isHeaderDenial(statement)),
          })),
        },
      };
      // Where nobody uploads for other reasons, headers change nothing.
      if (answerOf(withoutHeaderRules).status === 'proved') return [];
      const ordinary = attempt(subject, { ...ownPrincipals(subject), Null: { [SSE]: 'true', [SSE_KEY]: 'true' } });
      return [possible('Uploads', answerOf(uploads).status === 'proved' ? ordinary : uploads)];
    },
  };
}

/** Whether the policy demands anything of encryption headers. */
export function hasHeaderRules({ bucket }: ResourceUnderTest): boolean {
  return bucket.policies.flatMap(({ policy }) => policy.statements).some(isHeaderDenial);
}

type Statement = ResourceUnderTest['bucket']['policies'][number]['policy']['statements'][number];

function isHeaderDenial({ effect, conditions }: Statement): boolean {
  return effect === 'Deny' && conditions.some(({ key }) => key.startsWith(SSE));
}

function attempt(subject: ResourceUnderTest, when: Conditions): RequestPart {
  return never(subject, { actions: ['s3:PutObject'], keys: ['*'], when });
}
