/**
 * The oldest TLS version that a bucket answers.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html#example-object-tls-version
 */
export enum TlsVersion {
  /** TLS 1.2: what every supported AWS SDK speaks. */
  V1_2 = '1.2',
  /** TLS 1.3: refuses SDKs and HTTP stacks older than about 2020. */
  V1_3 = '1.3',
}
