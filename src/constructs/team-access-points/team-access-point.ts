import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Team } from '../../model/team';

/** The access point of one team. */
export class TeamAccessPoint {
  /** @internal */
  public constructor(
    /** The team. */
    public readonly team: Team,
    /** The name, which nobody else has in the account and Region. */
    public readonly name: string,
    /** The ARN, for policies and for clients. */
    public readonly arn: string,
    /** The resource. */
    public readonly resource: s3.CfnAccessPoint,
  ) {}

  /** The alias: what a client writes where it would write the name of the bucket. */
  public get alias(): string {
    return this.resource.attrAlias;
  }
}
