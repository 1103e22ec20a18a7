/** The same without KMS: whoever holds these 32 bytes reads everything, and whoever loses them has lost everything. */
import { randomBytes } from 'node:crypto';
import { RawAesKeyringNode, RawAesWrappingSuiteIdentifier, type KeyringNode } from '@aws-crypto/client-node';

/**
 * 256 bits; where they are kept, who may read them, how they are copied and when they are changed is all yours to
 * solve.
 */
export function newKey(): Uint8Array {
  return randomBytes(32);
}

/**
 * A keyring for `upload` and `download` of client.ts.
 * @param name by which you find the key again; it is stored with every object, in the clear
 */
export function ownKeyring(name: string, key: Uint8Array): KeyringNode {
  // The library wants memory of its own, which no other buffer shares.
  const unencryptedMasterKey = Uint8Array.from(key);
  return new RawAesKeyringNode({
    keyNamespace: 'own-keys',
    keyName: name,
    unencryptedMasterKey,
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
}
