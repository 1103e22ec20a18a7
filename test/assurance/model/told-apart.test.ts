import { DeliveryGuarantees, Proof } from '../../../src';

const LOGGING = { Principal: { Service: 'logging.s3.amazonaws.com' }, Action: 's3:PutObject' };

/** Two buckets log with one prefix; the policy of their target lets those of some sources in. */
function prove(names: readonly (object | undefined)[], sources: readonly object[], account?: string) {
  const logged = (BucketName?: object) => ({
    Type: 'AWS::S3::Bucket',
    Properties: { BucketName, LoggingConfiguration: { DestinationBucketName: { Ref: 'Logs' }, LogFilePrefix: 'a/' } },
  });
  const Condition = {
    ArnLike: { 'aws:SourceArn': sources },
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
  };
  const statement = { Effect: 'Allow', ...LOGGING, Resource: { 'Fn::Sub': '${Logs.Arn}/*' }, Condition };
  const template = {
    Resources: {
      A: logged(names[0]),
      B: logged(names[1]),
      Logs: { Type: 'AWS::S3::Bucket' },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: { Ref: 'Logs' }, PolicyDocument: { Version: '2012-10-17', Statement: [statement] } },
      },
    },
  };
  const proof = Proof.ofTemplate(template, { account, region: 'eu-west-1' });
  return [DeliveryGuarantees.work(), DeliveryGuarantees.accessLogsAllowed()].map(
    (guarantee) => () => proof.holds(guarantee, { subject: 'Logs' }),
  );
}

const A = { 'Fn::GetAtt': ['A', 'Arn'] };
const B = { 'Fn::GetAtt': ['B', 'Arn'] };
const named = (name: string) => ({ 'Fn::Sub': `${name}-\${AWS::AccountId}` });

test('a policy that names one of two sources with generated names refuses the logs of the other', () => {
  for (const account of ['111122223333', undefined]) {
    for (const isProved of prove([], [A], account)) expect(isProved).toThrow(/Logs/);
    for (const isProved of prove([], [A, B], account)) expect(isProved).not.toThrow();
  }
});

test('so does one that names a source whose name holds the account', () => {
  const names = [named('a'), named('b')];
  const arn = { 'Fn::Sub': 'arn:aws:s3:::a-${AWS::AccountId}' };
  for (const isProved of prove(names, [arn])) expect(isProved).toThrow(/Logs/);
  for (const isProved of prove(names, [arn, { 'Fn::Sub': 'arn:aws:s3:::b-${AWS::AccountId}' }])) {
    expect(isProved).not.toThrow();
  }
});
