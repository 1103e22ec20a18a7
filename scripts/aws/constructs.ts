/**
 * Templates of the constructs that need no assets, with everything removable: what a run leaves behind would cost and
 * confuse.
 */
import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as strongbox from '../../src';

type Build = (stack: Stack) => void;

const role = (stack: Stack, id: string) => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() });

const BUILDS: Readonly<Record<string, Build>> = {
  'secure-bucket': (stack) => new strongbox.SecureBucket(stack, 'Probe'),
  'secure-bucket-dsse': (stack) =>
    new strongbox.SecureBucket(stack, 'Probe', { encryption: strongbox.Encryption.dualLayerKms() }),
  'logging-bucket': (stack) => new strongbox.LoggingBucket(stack, 'Probe'),
  'team-access-points': (stack) =>
    new strongbox.TeamAccessPoints(stack, 'Probe', {
      bucket: new strongbox.SecureBucket(stack, 'Bucket'),
      teams: [
        strongbox.Team.readWrite('finance', { prefixes: ['finance/'], principals: [role(stack, 'Finance')] }),
        strongbox.Team.readOnly('analytics', { prefixes: ['finance/'], principals: [role(stack, 'Analytics')] }),
      ],
    }),
  'client-side-key': (stack) =>
    new strongbox.ClientSideKey(stack, 'Probe', {
      writers: [role(stack, 'Writer')],
      readers: [role(stack, 'Reader')],
      context: { purpose: 'probe' },
    }),
};

interface Template {
  Parameters?: object;
  Rules?: object;
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        Properties?: Record<string, unknown>;
        DeletionPolicy?: string;
        UpdateReplacePolicy?: string;
      }
    >
  >;
}

function removable(template: Template): Template {
  delete template.Parameters;
  delete template.Rules;
  for (const resource of Object.values(template.Resources)) {
    if (resource.DeletionPolicy !== undefined) resource.DeletionPolicy = 'Delete';
    if (resource.UpdateReplacePolicy !== undefined) resource.UpdateReplacePolicy = 'Delete';
    if (resource.Type === 'AWS::KMS::Key') resource.Properties = { ...resource.Properties, PendingWindowInDays: 7 };
  }
  return template;
}

/** CloudFormation takes a template of this size in a request. */
export const MAX_TEMPLATE_BYTES = 51_200;

export function constructTemplates(): Array<readonly [construct: string, template: object]> {
  return Object.entries(BUILDS).map(([construct, build]) => {
    const app = new App({ analyticsReporting: false });
    const stack = new Stack(app, 'Probe');
    build(stack);
    return [construct, removable(app.synth().getStackByName('Probe').template as Template)];
  });
}
