import { Mixin } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { validationError } from '../input/validation-error';
import { claim, type Claim } from '../policy/claims';
import { recordControl } from '../policy/control-metadata';

/**
 * A mixin that makes one access point safer in one respect. Apply it with `accessPoint.with(control)`.
 *
 * It changes the `AWS::S3::AccessPoint` and its policy, never what would replace it: its name, its bucket or its VPC.
 * Of Block Public Access S3 takes no change after the access point is made, so a control that sets it has to be there
 * from the beginning.
 */
export abstract class AccessPointControl extends Mixin {
  /**
   * @param id The id of the control, in kebab-case; it is recorded on the access point as the metadata
   * `strongbox:control`.
   */
  protected constructor(public readonly id: string) {
    super();
  }

  /** Whether the construct is an access point that this app creates. */
  public supports(construct: IConstruct): boolean {
    return s3.CfnAccessPoint.isCfnAccessPoint(construct);
  }

  /**
   * Hardens the access point.
   *
   * @throws where the construct is no access point of this app, or already has a setting that contradicts the control
   */
  public applyTo(construct: IConstruct): void {
    if (!s3.CfnAccessPoint.isCfnAccessPoint(construct)) {
      throw validationError({
        property: 'accessPoint',
        actual: construct.node.path,
        expected: 'an access point that this app creates',
        hint: `apply ${this.constructor.name} in the app that owns the access point; to a bucket apply a BucketControl`,
      });
    }
    recordControl(construct, this.id);
    this.harden(construct);
  }

  /**
   * Claims a guarantee in the template metadata of the access point.
   *
   * @internal
   */
  protected _claim(accessPoint: s3.CfnAccessPoint, guarantee: string, options?: Claim['options'], slot?: string): void {
    claim(accessPoint, { control: this.id, guarantee, options, slot });
  }

  /** Makes the change; called once for every access point, and again whenever the control is applied again. */
  protected abstract harden(accessPoint: s3.CfnAccessPoint): void;
}
