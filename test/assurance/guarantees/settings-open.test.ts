import { Guarantee, Proof, VerdictStatus } from '../../../src';

/** Origins of CORS that a parameter gives. */
const statusOf = (origins?: unknown[]) =>
  Proof.ofTemplate({
    Parameters: { Origin: { Type: 'String' }, Other: { Type: 'String' } },
    Resources: {
      Docs: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          CorsConfiguration: { CorsRules: [{ AllowedMethods: ['GET'], AllowedOrigins: origins }] },
        },
      },
    },
  }).verdicts(Guarantee.corsNamedOrigins())[0].status;
const OPEN = { Ref: 'Origin' };

test.each([
  ['one that is named', ['https://app.example.com'], VerdictStatus.PROVED],
  ['one that the deployment gives', [OPEN], VerdictStatus.UNKNOWN],
  ['one of which the deployment gives a part', [{ 'Fn::Sub': 'https://${Origin}' }], VerdictStatus.UNKNOWN],
  ['a named one beside one that the deployment gives', ['https://app.example.com', OPEN], VerdictStatus.UNKNOWN],
  ['two that the deployment gives', [OPEN, { Ref: 'Other' }], VerdictStatus.UNKNOWN],
  ['none at all', undefined, VerdictStatus.VIOLATED],
  ['everybody beside one that the deployment gives', [OPEN, '*'], VerdictStatus.VIOLATED],
])('%s', (_, origins, expected) => {
  expect(statusOf(origins)).toBe(expected);
});
