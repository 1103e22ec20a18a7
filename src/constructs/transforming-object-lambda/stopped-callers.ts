import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { explain } from '../../input/validation-error';
import type { View } from '../../model/view';
import { PolicyOfBucket, resolved } from '../../policy/bucket-policy';
import { arnsOf } from '../../policy/principal-restriction';

const NETWORK_KEYS = ['aws:SourceVpc', 'aws:SourceVpce', 'aws:SourceIp'];

/**
 * Restrictions of the bucket that end every read through the views. S3 Object Lambda reads with the rights of the
 * caller, from the network of the function: what is denied to the callers at the bucket is denied to the view.
 */
export function stoppedCallers(scope: IConstruct, bucket: s3.CfnBucket, views: readonly View[]): string[] {
  const spelled = (arn: string) => JSON.stringify(resolved(bucket, arn));
  const callers = views.flatMap(({ principals }) => arnsOf('principals', principals)).map(spelled);
  const isExempt = ({ conditions }: iam.PolicyStatement) => {
    const named = ['ArnNotEquals', 'ArnNotEqualsIfExists']
      .flatMap((operator) => conditions[operator]?.['aws:PrincipalArn'] ?? [])
      .map(spelled);
    return callers.every((caller) => named.includes(caller));
  };
  const refuse = (actual: string, hint: string) =>
    explain({
      property: 'bucket',
      actual: `${bucket.node.path}, where ${actual}`,
      expected: 'a bucket whose restrictions let the callers of the views read through S3 Object Lambda',
      hint,
      scope,
    });
  return [...PolicyOfBucket.of(bucket).all].flatMap(([sid, statement]) => {
    if (isExempt(statement)) return [];
    if (sid === 'StrongboxReadersOnly') {
      return [
        refuse(
          'only named principals read',
          'name the callers of the views among the readers as well, or use RedactingEndpoint, whose function reads ' +
            'by a role of its own',
        ),
      ];
    }
    if (/^StrongboxPerimeter\d*$/.test(sid) && isOfNetwork(statement) && !letsObjectLambda(statement)) {
      return [
        refuse(
          'a perimeter denies what does not come from its networks',
          'pass throughObjectLambda: true to BucketPerimeter, or use RedactingEndpoint',
        ),
      ];
    }
    return [];
  });
}

/** A perimeter that lets the own account or organization in lets the callers in. */
function isOfNetwork({ conditions }: iam.PolicyStatement): boolean {
  const keys = Object.values(conditions).flatMap((block) => Object.keys(block as object));
  return (
    keys.some((key) => NETWORK_KEYS.includes(key)) &&
    !keys.includes('aws:PrincipalAccount') &&
    !keys.includes('aws:PrincipalOrgID')
  );
}

function letsObjectLambda({ conditions }: iam.PolicyStatement): boolean {
  return conditions['ForAllValues:StringNotEquals']?.['aws:CalledVia'] !== undefined;
}
