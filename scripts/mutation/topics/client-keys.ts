/** Keys for encryption by clients. */
import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { roleArn, type Topic } from './topic';
import { ClientSideKey, ClientKeyGuarantees } from '../../../src';
import { OF_THE_APP } from '../mutators';

/** No template can tell who was meant. */
const PROMISED = {
  writers: [roleArn('payroll')],
  readers: [roleArn('audit')],
  context: { purpose: 'payroll' },
  furtherContext: ['document'],
};

const GUARANTEES = [
  ClientKeyGuarantees.usedOnlyBy(PROMISED),
  ClientKeyGuarantees.contextBound(PROMISED),
  ClientKeyGuarantees.notThroughServices(PROMISED),
  ClientKeyGuarantees.managedOnlyBy(PROMISED),
  ClientKeyGuarantees.works(PROMISED),
  ClientKeyGuarantees.kept(PROMISED),
];

export const CLIENT_KEYS: Topic = {
  subjects: {
    ClientSideKey: (stack) => {
      clientSideKey(stack);
    },
    'ClientSideKey whose account was let in later': (stack) => {
      clientSideKey(stack).key.addToResourcePolicy(
        new iam.PolicyStatement({
          sid: `${OF_THE_APP}Account`,
          principals: [new iam.AccountRootPrincipal()],
          actions: ['kms:*'],
          resources: ['*'],
        }),
      );
    },
  },
  broken: {
    ClientSideKey: /^(?!ClientKeyAlarms)/,
    'ClientSideKey whose account was let in later': /^(?!ClientKeyAlarms)/,
  },
  guarantees: () => GUARANTEES,
};

function clientSideKey(stack: Stack): ClientSideKey {
  const who = (name: string) => [iam.Role.fromRoleArn(stack, name, roleArn(name))];
  const { context, furtherContext } = PROMISED;
  return new ClientSideKey(stack, 'ClientKey', {
    context,
    furtherContext,
    writers: who('payroll'),
    readers: who('audit'),
  });
}
