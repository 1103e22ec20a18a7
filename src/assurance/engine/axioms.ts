/** Something that the prover takes for granted and cannot check: named, printed with each verdict that rests on it. */
export interface Axiom {
  readonly id: string;
  readonly description: string;
  /** Page that says so. */
  readonly source: string;
}

const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/';
const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/';
const KEYS_PAGE = `${IAM}reference_policies_condition-keys.html`;
const S3_KEYS_PAGE = 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html';

const ALL: readonly Axiom[] = [
  {
    id: 'transport-known',
    source: KEYS_PAGE,
    description: 'Every request carries aws:SecureTransport, true or false.',
  },
  {
    id: 'tls-version-known',
    source: S3_KEYS_PAGE,
    description:
      'A request over HTTPS carries s3:TlsVersion, one of 1.0, 1.1, 1.2 and 1.3 (an AWS service may leave ' +
      'it out); a request over HTTP does not.',
  },
  {
    id: 'principal-keys',
    source: KEYS_PAGE,
    description:
      'Condition keys about the caller follow from who calls: nobody chooses them. Anonymous callers and ' +
      'AWS services have no organization and no tags.',
  },
  {
    id: 'always-present',
    source: KEYS_PAGE,
    description: 'Every request carries aws:CurrentTime, aws:EpochTime and aws:RequestedRegion, with any value.',
  },
  {
    id: 'caller-readings',
    source: KEYS_PAGE,
    description:
      'Whether aws:PrincipalAccount and aws:userid of an anonymous request are absent or "anonymous", ' +
      "AWS's pages say both ways: proved for both. An account that a canonical id names may be any, and " +
      'its principals carry their own keys.',
  },
  {
    id: 'mfa-keys',
    source: KEYS_PAGE,
    description:
      'A request carries aws:MultiFactorAuthAge exactly if it carries aws:MultiFactorAuthPresent with the value true.',
  },
  {
    id: 'source-keys',
    source: KEYS_PAGE,
    description:
      'aws:SourceArn, aws:SourceAccount and their kin are present only in requests that an AWS service ' +
      'makes under its own name.',
  },
  {
    id: 'endpoint-keys',
    source: KEYS_PAGE,
    description:
      'aws:SourceVpc and aws:SourceVpce are present together, in requests through a VPC endpoint, which ' +
      'carry no aws:SourceIp; callers cannot choose them.',
  },
  {
    id: 'sse-values',
    source: `${S3}UsingServerSideEncryption.html`,
    description: 'S3 takes AES256, aws:kms and aws:kms:dsse as encryption header, and refuses all else.',
  },
  {
    id: 'kms-key-header',
    source: `${S3}UsingKMSEncryption.html`,
    description:
      'The KMS key condition key is present only beside aws:kms or aws:kms:dsse, or filled from the ' +
      "default encryption: proved for both readings of AWS's documentation.",
  },
  {
    id: 'sse-exclusive',
    source: `${S3}ServerSideEncryptionCustomerKeys.html`,
    description: 'An upload names a customer key (SSE-C) or another encryption, never both; the algorithm is AES256.',
  },
  {
    id: 'sse-c-disabled',
    source: `${S3}blocking-unblocking-s3-c-encryption-gpb.html`,
    description: 'S3 refuses uploads with a customer key where the bucket blocks SSE-C.',
  },
  {
    id: 'signature-keys',
    source: `${S3}bucket-policy-s3-sigv4-conditions.html`,
    description:
      'Signed requests carry s3:authType (REST-HEADER, REST-QUERY-STRING or POST), s3:signatureversion and ' +
      's3:signatureAge (0 or more milliseconds).',
  },
  {
    id: 'object-creation',
    source: S3_KEYS_PAGE,
    description: 's3:ObjectCreationOperation is true or false in an upload, and absent elsewhere.',
  },
  {
    id: 'kms-key-keys',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html',
    description:
      'What kms:KeySpec, kms:KeyOrigin and their kin tell of a key is not read from the template: any ' +
      'value is possible.',
  },
  {
    id: 'lock-values',
    source: `${S3}object-lock.html`,
    description:
      'Object Lock modes are GOVERNANCE and COMPLIANCE, legal and event holds ON and OFF, retention and ' +
      'event hold whole numbers of days.',
  },
  {
    id: 'access-point-keys',
    source: `${S3}access-points-policies.html`,
    description:
      'A request through an access point carries its ARN, account and network origin, and others carry ' +
      "none of them; only the account's own access points lead to the bucket without its consent.",
  },
  {
    id: 'object-lambda-keys',
    source: `${S3}olap-policies.html`,
    description:
      'A request that S3 Object Lambda makes for a caller, the presigned one of its function included, ' +
      'carries s3-object-lambda.amazonaws.com in aws:CalledVia, and no other request does; only the Object ' +
      'Lambda access points of the templates lead to their supporting access points.',
  },
  {
    id: 'resource-keys',
    source: S3_KEYS_PAGE,
    description: "s3:ResourceAccount and aws:ResourceAccount are the bucket owner's account.",
  },
  {
    id: 'action-table',
    source: S3_KEYS_PAGE,
    description: 'The actions are those of the service authorization reference that the library was built with.',
  },
  {
    id: 'policy-variables',
    source: `${IAM}reference_policies_variables.html`,
    description:
      'A value that fills a policy variable is represented by those that the other patterns can tell ' +
      'apart, and by a fresh one.',
  },
  {
    id: 'generated-names',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html',
    description: 'A name that CloudFormation generates never equals a literal name in a policy.',
  },
  {
    id: 'root-policy',
    source: `${S3}bucket-policies.html`,
    description:
      "The account's root user can always read, put and delete the bucket policy (and sts:AssumeRoot with " +
      'S3UnlockBucketPolicy can delete it); only Organizations policies stop that.',
  },
  {
    id: 'own-access-points',
    source: `${S3}access-points-policies.html`,
    description:
      'A bucket policy that leaves access control to the access points of its own account is not public; those that ' +
      'the templates do not have allow only what the account that makes them wants.',
  },
  {
    id: 'new-resource-defaults',
    source: `${S3}create-bucket-faq.html`,
    description:
      'What the template does not state is what S3 gives new resources: Block Public Access on and ACLs disabled ' +
      'for buckets made since April 2023, all of Block Public Access on for access points, SSE-S3 for every object.',
  },
  {
    id: 'sam-transform',
    source:
      'https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html',
    description:
      'The transform of AWS SAM makes resources of its own and adds notifications to buckets that an event names; ' +
      'what else the template states stays as it is written.',
  },
  {
    id: 'service-writers',
    source: `${IAM}reference_policies_condition-keys.html`,
    description:
      'AWS services that write under their own name (CloudTrail, log delivery) choose the encryption they name.',
  },
  {
    id: 'trail-callers-without-arn',
    source: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html',
    description:
      'A selector that leaves out callers by userIdentity.arn records the events of callers that have no ARN ' +
      '(AWS services, anonymous requests): no page says it.',
  },
  {
    id: 'service-networks',
    source: `${IAM}access_policies_data-perimeters.html`,
    description:
      'A service that uses a role of the account itself (replication, S3 Batch Operations, Firehose, CodePipeline, ' +
      'Config, AWS Backup, exports of RDS, rules of IoT, malware protection), and a Lambda function without a VPC, ' +
      'call from networks of AWS: no page offers them an endpoint of the account. Where one did, a finding that ' +
      'rests on this would be a false alarm.',
  },
  {
    id: 'template-identities',
    source: `${IAM}access_policies_identity-vs-resource.html`,
    description: 'Roles and users of the templates have the policies that the templates give them, and no others.',
  },
  {
    id: 'encryption-context',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html',
    description:
      "kms:EncryptionContextKeys lists the names of all pairs of the request's encryption context as they " +
      'are spelled; kms:EncryptionContext:NAME is the value of a pair, whatever the case of its name.',
  },
  {
    id: 'multipart-parts',
    source: `${S3}mpuoverview.html`,
    description:
      "Whether the parts of a multipart upload carry the upload's encryption in the condition keys is not " +
      'documented; the guarantee is about requests as they carry it.',
  },
];

/** The trust base, by id. */
export const AXIOMS: Readonly<Record<string, Axiom>> = Object.fromEntries(ALL.map((axiom) => [axiom.id, axiom]));
