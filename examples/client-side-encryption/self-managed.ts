import { RawAesKeyringNode, RawAesWrappingSuiteIdentifier, type KeyringNode } from '@aws-crypto/client-node';

/**
 * A key of your own, with no KMS at all. Whoever loses it loses the data; whoever has it reads everything; nobody logs who used it, and you rotate it.
 *
 * @param name says which of your keys it is, and is not secret
 * @param secret 32 bytes from a random generator, kept where you keep secrets
 */
export function ownKeyring(name: string, secret: Uint8Array): KeyringNode {
  if (secret.length !== 32) throw new Error(`"secret" has ${secret.length} bytes; 32 are needed for AES-256`);
  // The library wants memory that nothing else shares.
  const unencryptedMasterKey = new Uint8Array(new ArrayBuffer(32));
  unencryptedMasterKey.set(secret);
  return new RawAesKeyringNode({
    keyName: name, keyNamespace: 'self-managed', unencryptedMasterKey, wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
}
