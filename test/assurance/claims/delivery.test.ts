import { App, Stack } from 'aws-cdk-lib';
import { Delivery, LoggingBucket } from '../../../src';
import { assess } from '../../../src/assurance/assessment';
import { readAssembly, type TemplateInput } from '../../../src/assurance/template/assembly';

const env = { account: '111122223333', region: 'eu-central-1' };
const PARTNER = '444455556666';

/** The templates of a bucket that takes what AWS Config and flow logs deliver, of another account as well. */
function templates(): TemplateInput[] {
  const app = new App({ treeMetadata: false, analyticsReporting: false });
  const logs = new LoggingBucket(new Stack(app, 'Stack', { env }), 'Logs');
  logs.allowDelivery(Delivery.config({ accounts: [env.account, PARTNER] }));
  logs.allowDelivery(Delivery.vpcFlowLogs());
  return readAssembly(app.synth().directory);
}

const answers = (inputs: TemplateInput[]) =>
  assess(inputs)
    .judgements.filter(({ claim }) => claim.guarantee.id === 'delivery-only-from-here')
    .map(({ verdict }) => verdict.status);

test('deliveries of named accounts are one claim, judged in place of the baseline', () => {
  const inputs = templates();
  expect(answers(inputs)).toEqual(['proved']);
  expect(assess(inputs).unchecked).toEqual([]);
});

test('a delivery for an account that nobody named is violated', () => {
  const [input] = templates();
  const changed = JSON.parse(
    JSON.stringify(input.template)
      .replaceAll(`"${PARTNER}"`, '"777788889999"')
      .replace('"accounts":["111122223333","777788889999"]', '"accounts":["111122223333"]'),
  );
  expect(answers([{ ...input, template: changed }])).toEqual(['violated']);
});

test('a statement without its source is violated', () => {
  const [input] = templates();
  const template = structuredClone(input.template);
  for (const { Type, Properties } of Object.values<any>(template.Resources)) {
    if (Type !== 'AWS::S3::BucketPolicy') continue;
    for (const statement of Properties.PolicyDocument.Statement) {
      if (/Config/.test(statement.Sid)) delete statement.Condition;
    }
  }
  expect(answers([{ ...input, template }])).toEqual(['violated']);
});
