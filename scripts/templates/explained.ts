/** A finding of cfn-lint that is not to be corrected, and why. */
export interface Explanation {
  /** e.g. `W3005` */
  readonly rule: string;
  /** What its message says. */
  readonly like: RegExp;
  readonly reason: string;
}

export const EXPLAINED: readonly Explanation[] = [
  {
    rule: 'I1022',
    like: /^Prefer using Fn::Sub over Fn::Join with an empty delimiter$/,
    reason: 'aws-cdk-lib writes references inside a text with Fn::Join',
  },
  {
    rule: 'W3010',
    like: /^Avoid hardcoding availability zones 'dummy1[abc]'$/,
    reason: 'aws-cdk-lib writes these names where no account can be asked for its Availability Zones, as in this run',
  },
  {
    rule: 'W3005',
    like: /^'\w+' dependency already enforced by a 'GetAtt' at 'Resources\/\w+\/Properties\/(Role|RoleArn|KMSKeyId)'$/,
    reason: 'aws-cdk-lib makes a resource depend on all of a role or key: the policies of the role come with it',
  },
];
