import { request } from 'node:https';
// eslint-disable-next-line import/no-extraneous-dependencies -- bundled: docs/adr/0012
import {
  AbortVaultLockCommand,
  AddTagsToVaultCommand,
  CompleteVaultLockCommand,
  CreateVaultCommand,
  DeleteVaultCommand,
  DeleteVaultNotificationsCommand,
  GetVaultLockCommand,
  GlacierClient,
  InitiateVaultLockCommand,
  ListTagsForVaultCommand,
  RemoveTagsFromVaultCommand,
  SetVaultAccessPolicyCommand,
  SetVaultNotificationsCommand,
} from '@aws-sdk/client-glacier';
import { customResource } from './custom-resource';
import { vaultResource, type Operation } from './vault';

const COMMANDS: Record<Operation, new (input: any) => any> = {
  AbortVaultLock: AbortVaultLockCommand,
  AddTagsToVault: AddTagsToVaultCommand,
  CompleteVaultLock: CompleteVaultLockCommand,
  CreateVault: CreateVaultCommand,
  DeleteVault: DeleteVaultCommand,
  DeleteVaultNotifications: DeleteVaultNotificationsCommand,
  GetVaultLock: GetVaultLockCommand,
  InitiateVaultLock: InitiateVaultLockCommand,
  ListTagsForVault: ListTagsForVaultCommand,
  RemoveTagsFromVault: RemoveTagsFromVaultCommand,
  SetVaultAccessPolicy: SetVaultAccessPolicyCommand,
  SetVaultNotifications: SetVaultNotificationsCommand,
};

/** One attempt: what is repeated, and when, is decided by the handler, which reads the state first. */
const client = new GlacierClient({
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000 },
});

export const handler = customResource(
  vaultResource({ call: (operation, input) => client.send(new COMMANDS[operation]({ accountId: '-', ...input })) }),
  {
    answer,
    random: Math.random,
    log: console.log,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  },
);

const ANSWER_TIMEOUT_MS = 10_000;

function answer(url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // The URL is signed for an empty content type.
    const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
    const call = request(url, { method: 'PUT', headers, timeout: ANSWER_TIMEOUT_MS }, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`CloudFormation answers ${response.statusCode}`));
    });
    call.on('timeout', () => call.destroy(new Error(`no answer in ${ANSWER_TIMEOUT_MS} ms`)));
    call.on('error', reject);
    call.end(body);
  });
}
