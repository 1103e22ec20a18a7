import { Token, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { validationError } from './validation-error';

/**
 * What S3 reserves, beyond the syntax that CDK checks.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

/** Refuses a name that S3 would refuse at deployment, and warns of one that TLS cannot serve well. */
export function checkBucketName(scope: IConstruct, name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name)) return;
  const reserved =
    RESERVED_PREFIXES.find((prefix) => name.startsWith(prefix)) ??
    RESERVED_SUFFIXES.find((suffix) => name.endsWith(suffix));
  if (reserved) {
    throw validationError({
      property: 'bucketName',
      actual: name,
      expected: `a name without "${reserved}", which S3 reserves`,
      hint: 'choose another name',
      scope: scope,
    });
  }
  if (name.includes('.')) {
    Validations.of(scope).addWarning(
      '@strongbox/bucket-name-dots',
      `"bucketName" is "${name}": the certificate of S3 covers one label before .s3, so clients that put ` +
        'the bucket into the host name fail over TLS,' +
        ' and this bucket answers nothing else; write hyphens instead of dots.',
    );
  }
}
