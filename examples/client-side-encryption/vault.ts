import { buildClient, CommitmentPolicy, type KeyringNode } from '@aws-crypto/client-node';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

// Only messages whose key is committed to: no ciphertext that opens to different plaintexts under different keys.
const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);

/** Where objects lie, what their key is, and what they are about. */
export interface Vault {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly keyring: KeyringNode;
  /** Bound to the ciphertext, and not secret. */
  readonly context: Record<string, string>;
}

/** Encrypts here and stores the ciphertext. The key of the object is bound to it as well: moved to another key, it does not open. */
export async function store({ s3, bucket, keyring, context }: Vault, key: string, plaintext: Uint8Array): Promise<void> {
  const { result } = await encrypt(keyring, plaintext, { encryptionContext: { ...context, object: key } });
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: result, ContentType: 'application/octet-stream' }));
}

/** Fetches the ciphertext and decrypts it here. @throws if it is not what was stored under this key in this context */
export async function fetchBack({ s3, bucket, keyring, context }: Vault, key: string): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const { plaintext, messageHeader } = await decrypt(keyring, await Body!.transformToByteArray());
  // The library authenticates the context; that it is the right one only the application knows.
  for (const [name, value] of Object.entries({ ...context, object: key })) {
    if (messageHeader.encryptionContext[name] !== value) throw new Error(`The object is encrypted for ${name}=${messageHeader.encryptionContext[name]}, not ${value}`);
  }
  return plaintext;
}
