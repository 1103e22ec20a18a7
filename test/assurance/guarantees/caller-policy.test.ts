import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { RedactingEndpoint, RedactingObjectLambda, RedactionPolicy, SecureBucket, View } from '../../../src';
import { assess } from '../../../src/assurance/assessment';
import { readAssembly, type TemplateInput } from '../../../src/assurance/template/assembly';

const env = { account: '111122223333', region: 'eu-central-1' };

function templatesOf(Door: typeof RedactingEndpoint | typeof RedactingObjectLambda): TemplateInput[] {
  const app = new App({ treeMetadata: false, analyticsReporting: false });
  const stack = new Stack(app, 'Stack', { env });
  const principals = [new iam.Role(stack, 'Analyst', { assumedBy: new iam.AccountRootPrincipal() })];
  new Door(stack, 'Views', {
    bucket: new SecureBucket(stack, 'Orders'),
    views: [View.redacted('analytics', { policy: RedactionPolicy.standard(), principals })],
  });
  return readAssembly(app.synth().directory);
}

const doors = [
  ['an endpoint', templatesOf(RedactingEndpoint)],
  ['S3 Object Lambda', templatesOf(RedactingObjectLambda)],
] as const;

/** What is said of the policy of the callers once it is changed. */
function answer(inputs: readonly TemplateInput[], change: (properties: any) => void): Array<[string, string]> {
  const [input] = inputs;
  const template = structuredClone(input.template);
  const policies = Object.values<any>((template as any).Resources).filter(
    ({ Type, Metadata }) => Type === 'AWS::IAM::ManagedPolicy' && Metadata?.['strongbox:claims'] !== undefined,
  );
  expect(policies).toHaveLength(1);
  change(policies[0].Properties);
  return assess([{ ...input, template }])
    .judgements.filter(({ claim }) => claim.guarantee.id === 'caller-policy-bounds')
    .map(({ verdict }) => [verdict.status, verdict.reason ?? '']);
}
const find = ({ PolicyDocument }: any, sid: string) =>
  PolicyDocument.Statement.find(({ Sid }: { Sid?: string }) => Sid === sid);

describe.each(doors)('the callers of a view by %s', (name, inputs) => {
  const violatedBy = (change: (properties: any) => void) => {
    const [[status, reason]] = answer(inputs, change);
    expect(status).toBe('violated');
    return reason;
  };

  test('are bound by their policy', () => expect(answer(inputs, () => undefined)).toEqual([['proved', '']]));

  test('not if they do not have it', () => {
    expect(violatedBy((properties) => (properties.Roles = ['another']))).toContain('attached to');
  });

  test.each(['StrongboxByHand', 'StrongboxFunction', 'StrongboxRole'])('not without %s', (sid) => {
    violatedBy(({ PolicyDocument }) => {
      PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Sid }: { Sid?: string }) => Sid !== sid);
    });
  });

  test('not if one action is missing', () => {
    for (const action of ['iam:PassRole', 'iam:UpdateAssumeRolePolicy', 'sts:AssumeRole']) {
      const reason = violatedBy((properties) => {
        const role = find(properties, 'StrongboxRole');
        role.Action = role.Action.filter((each: string) => each !== action);
      });
      expect(reason).toContain(`calls ${action}`);
    }
  });

  test('not if an old version of the function is open', () => {
    violatedBy((properties) => {
      find(properties, 'StrongboxFunction').Resource = find(properties, 'StrongboxFunction').Resource[0];
    });
  });

  test('not if they cannot read the view either', () => {
    violatedBy(({ PolicyDocument }) => {
      PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Deny');
    });
    violatedBy((properties) => (find(properties, 'StrongboxByHand').Condition = undefined));
  });

  if (name === 'S3 Object Lambda') {
    test('not if they may make a view of their own', () => {
      const reason = violatedBy((properties) => (find(properties, 'StrongboxOwnView').Effect = 'Allow'));
      expect(reason).toMatch(/AccessPoint/);
    });
  }
});
