/** What mistakes say in TypeScript; the tests of the other languages expect the same sentences. */
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Guarantee, Proof, Replication } from 'cdk-s3-strongbox';

function sentence(mistake: () => unknown): string {
  try {
    mistake();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('no mistake');
}

const stack = new Stack(new App(), 'Unsafe');
new Bucket(stack, 'Plain');
console.log(
  JSON.stringify({
    unsafe: sentence(() => Proof.ofStack(stack).holds(Guarantee.tlsOnly())),
    noReason: sentence(() => Replication.none('')),
  }),
);
