import { getClient, KMS, KmsKeyringNode, type KeyringNode } from '@aws-crypto/client-node';

/**
 * Data keys from KMS, by the `ClientSideKey` of this ARN: each object has a key of its own, which lies beside it, encrypted.
 *
 * @param config of the KMS client; credentials and region as the AWS SDK finds them if nothing is given
 */
export function kmsKeyring(keyArn: string, config: object = {}): KeyringNode {
  return new KmsKeyringNode({ generatorKeyId: keyArn, clientProvider: getClient(KMS, config) });
}
