/** Pages of AWS that several lints rest on. */
const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide';
const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide';

/** The checks that AWS itself makes of a policy. */
export const ACCESS_ANALYZER = `${IAM}/access-analyzer-reference-policy-checks.html`;
export const OPERATORS_PAGE = `${IAM}/reference_policies_elements_condition_operators.html`;
export const GLOBAL_KEYS = `${IAM}/reference_policies_condition-keys.html`;
export const PRINCIPALS = `${IAM}/reference_policies_elements_principal.html`;
export const MULTIVALUED = `${IAM}/reference_policies_condition-single-vs-multi-valued-context-keys.html`;
export const S3_ACTIONS = 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html';
export const SERVER_ACCESS_LOGS = `${S3}/enable-server-access-logging.html`;
export const OBJECT_LOCK = `${S3}/object-lock.html`;
export const BLOCK_PUBLIC_ACCESS = `${S3}/access-control-block-public-access.html`;

export const iamPage = (name: string): string => `${IAM}/${name}.html`;
export const s3Page = (name: string): string => `${S3}/${name}.html`;
