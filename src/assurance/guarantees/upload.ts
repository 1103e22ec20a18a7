/** What is guaranteed of uploads whatever the policy demands of their encryption headers; `Guarantee` names each. */
import type { GuaranteeProps } from './guarantee-props';
import { possible } from './possible';
import { always, allOf, never, ownPrincipals, SSE, SSE_KEY, type RequestPart } from './proof-obligation';
import { answerOf } from '../engine/answers';
import type { Conditions } from '../engine/region';
import type { ResourceUnderTest } from '../model/subject';

const CUSTOMER_ALGORITHM = 's3:x-amz-server-side-encryption-customer-algorithm';
const NO_HEADER: Conditions = { Null: { [SSE]: 'true', [SSE_KEY]: 'true' } };
const NO_HEADER_AT_ALL: Conditions = { Null: { ...NO_HEADER.Null, [CUSTOMER_ALGORITHM]: 'true' } };

const LESS_DENIED =
  'Remove one of the statements that deny s3:PutObject by its encryption header: together they deny every upload. ' +
  'The default encryption of the bucket needs no header.';

export function defaultUploadAllowed(bySomebody: boolean): GuaranteeProps {
  return bySomebody ? defaultUploadBySomebody() : defaultUploadByEverybody();
}

function defaultUploadByEverybody(): GuaranteeProps {
  return {
    id: 'default-upload-allowed',
    title: 'Ordinary uploads work',
    description:
      'A principal of the account whose own policies allow it can upload any object without an encryption header.',
    fix: 'Narrow the deny so that it does not match an absent header: add Null false on it.',
    parts: (subject) => [
      always(subject, { actions: ['s3:PutObject'], when: { ...ownPrincipals(subject), ...NO_HEADER } }),
    ],
  };
}

function defaultUploadBySomebody(): GuaranteeProps {
  return {
    id: 'default-upload-allowed',
    title: 'An ordinary upload works',
    description:
      'What the bucket policy demands of encryption headers leaves it possible to upload an object without any: an ' +
      'ordinary client of the account needs to know nothing about the encryption of the bucket.',
    fix:
      'Remove the statement that denies s3:PutObject without an encryption header, or demand the header on purpose: ' +
      'bucket.with(new BucketUploadEncryption(UploadEncryption.explicitHeader())).',
    options: 'somebody',
    parts: (subject) => (isClosed(subject) ? [] : [possible('An upload without header', ordinaryUpload(subject))]),
  };
}

export function uploadPossible(): GuaranteeProps {
  return {
    id: 'upload-possible',
    title: 'An upload works that brings the headers which the policy demands',
    description:
      'Whatever the bucket policy demands of encryption headers, some principal of the account can upload an object ' +
      'that meets it. Whether one without a header is refused is for the owner of the bucket to decide.',
    fix: LESS_DENIED,
    parts: (subject) => {
      if (isClosed(subject)) return [];
      const uploads = upload(subject);
      // What refuses all of them is shown of an ordinary one.
      return [possible('Uploads', answerOf(uploads).status === 'proved' ? ordinaryUpload(subject) : uploads)];
    },
  };
}

/** Whether the policy demands anything of encryption headers. */
function hasHeaderRules({ bucket }: ResourceUnderTest): boolean {
  return bucket.policies.flatMap(({ policy }) => policy.statements).some(isHeaderDenial);
}

/** Whether every upload must bring an encryption header: without one none is allowed, and with one some is. */
export function isHeaderDemanded(subject: ResourceUnderTest): boolean {
  return (
    hasHeaderRules(subject) &&
    answerOf(ordinaryUpload(subject)).status === 'proved' &&
    answerOf(upload(subject)).status !== 'proved'
  );
}

type Statement = ResourceUnderTest['bucket']['policies'][number]['policy']['statements'][number];

function isHeaderDenial({ effect, conditions }: Statement): boolean {
  return effect === 'Deny' && conditions.some(({ key }) => key.startsWith(SSE));
}

/** Whether nobody uploads for other reasons, so that headers change nothing. */
function isClosed(subject: ResourceUnderTest): boolean {
  const uploads = upload(subject);
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
  return answerOf(withoutHeaderRules).status === 'proved';
}

function ordinaryUpload(subject: ResourceUnderTest): RequestPart {
  return upload(subject, NO_HEADER_AT_ALL);
}

function upload(subject: ResourceUnderTest, headers: Conditions = {}): RequestPart {
  return never(subject, { actions: ['s3:PutObject'], keys: ['*'], when: allOf(ownPrincipals(subject), headers) });
}
