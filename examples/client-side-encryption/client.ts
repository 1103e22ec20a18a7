/** What the jobs run: the plaintext never leaves the process, and what comes back is checked before it is used. */
import {
  buildClient,
  CommitmentPolicy,
  getClient,
  KMS,
  KmsKeyringNode,
  type KeyringNode,
} from '@aws-crypto/client-node';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Only messages whose data key cannot be exchanged for another one are written and read. */
const { encrypt, decrypt } = buildClient({
  commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
  maxEncryptedDataKeys: 1,
});

export interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

/** Names of the pairs of the encryption context and their values: what the data is. */
export type Context = Readonly<Record<string, string>>;

/** The data key comes from KMS, by a `ClientSideKey`. `settings` are those of the KMS client: credentials, endpoint. */
export function kmsKeyring(
  keyArn: string,
  settings: NonNullable<ConstructorParameters<typeof KMS>[0]> = {},
): KeyringNode {
  return new KmsKeyringNode({ generatorKeyId: keyArn, clientProvider: getClient(KMS, settings) });
}

export async function upload(
  s3: S3Client,
  keyring: KeyringNode,
  context: Context,
  place: Place,
  plaintext: Uint8Array,
): Promise<void> {
  const { result } = await encrypt(keyring, plaintext, { encryptionContext: boundTo(place, context) });
  await s3.send(new PutObjectCommand({ ...place, Body: result }));
}

/** @throws if the object is not what was uploaded to this place under this context */
export async function download(
  s3: S3Client,
  keyring: KeyringNode,
  context: Context,
  place: Place,
): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand(place));
  const { plaintext, messageHeader } = await decrypt(keyring, await Body!.transformToByteArray());
  for (const [name, value] of Object.entries(boundTo(place, context))) {
    // Decryption succeeds for every message that the key has encrypted, another object's included.
    const found = messageHeader.encryptionContext[name];
    if (found !== value) throw new Error(`${place.Key} was encrypted for ${name} = ${found}, and not for ${value}`);
  }
  return plaintext;
}

function boundTo({ Bucket, Key }: Place, context: Context): Context {
  return { ...context, object: `${Bucket}/${Key}` };
}
