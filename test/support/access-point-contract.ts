import { App, ConstructSelector, Mixins, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ACCOUNT, REGION } from './app';
import { type Guarantee, Proof } from '../../src';
import type { AccessPointControl } from '../../src/controls/access-point-control';
import { CATALOG } from '../../src/controls/catalog';

type Json = Record<string, any>;

/** Everything that holds for every control of access points, whatever its effect. */
export interface AccessPointContract {
  /** A fresh control, made for access points in this stack. */
  readonly make: (stack: Stack) => AccessPointControl;
  /** The part of the access point's properties and policy statements that proves the control was applied. */
  readonly effect: (accessPoint: Json, statements: Json[]) => void;
  /** The guarantee of its catalog row, with the options that fit the control. */
  readonly guarantee: Guarantee;
}

const OTHER = () =>
  new iam.PolicyStatement({
    sid: 'Other',
    actions: ['s3:GetObject'],
    principals: [new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/other`)],
    resources: [`arn:aws:s3:${REGION}:${ACCOUNT}:accesspoint/door/object/other/*`],
  });

/** An access point in front of a bucket that trusts all of the account's. */
export function door(stack: Stack, props: Partial<s3.CfnAccessPointProps> = {}): s3.CfnAccessPoint {
  const bucket = new s3.Bucket(stack, 'Bucket');
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.AnyPrincipal()],
      actions: ['s3:*'],
      resources: [bucket.bucketArn, bucket.arnForObjects('*')],
      conditions: { StringEquals: { 's3:DataAccessPointAccount': stack.account } },
    }),
  );
  return new s3.CfnAccessPoint(stack, 'Door', { bucket: bucket.bucketName, name: 'door', ...props });
}

/** Runs the mixin cases on one control: alone, twice, in either order, around other statements, on other resources. */
export function accessPointContract({ make, effect, guarantee }: AccessPointContract): void {
  const synth = (build: (stack: Stack) => void) => {
    const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });
    build(stack);
    const { Properties } = Object.values(Template.fromStack(stack).findResources('AWS::S3::AccessPoint'))[0];
    return { accessPoint: Properties as Json, statements: (Properties.Policy?.Statement ?? []) as Json[] };
  };

  test('has its row in the catalog, and its guarantee is proved with it and broken without', () => {
    const proof = (control: boolean) => {
      const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });
      const made = door(stack);
      if (control) made.with(make(stack));
      return Proof.ofStack(stack, { requireStated: true });
    };
    const control = make(new Stack());
    expect(CATALOG.find(({ id }) => id === control.id)).toMatchObject({
      control: control.constructor.name,
      guarantee: guarantee.id,
    });
    proof(true).holds(guarantee);
    expect(() => proof(false).holds(guarantee)).toThrow(guarantee.id);
  });

  test('works alone, and through Mixins.of with a selector', () => {
    const alone = synth((stack) => door(stack).with(make(stack)));
    effect(alone.accessPoint, alone.statements);
    const selected = synth((stack) => {
      door(stack);
      Mixins.of(stack, ConstructSelector.resourcesOfType('AWS::S3::AccessPoint')).apply(make(stack));
    });
    expect(selected).toEqual(alone);
  });

  test('changes nothing the second time', () => {
    const build = (times: number) =>
      synth((stack) => {
        const control = make(stack);
        const made = door(stack);
        for (let i = 0; i < times; i++) made.with(control);
      });
    expect(build(2)).toEqual(build(1));
  });

  test.each(['a policy document', 'an object'])('keeps what the policy says already, as %s', (shape) => {
    const { accessPoint, statements } = synth((stack) => {
      const policy = new iam.PolicyDocument({ statements: [OTHER()] });
      door(stack, { policy: shape === 'an object' ? policy.toJSON() : policy }).with(make(stack));
    });
    expect(statements.map(({ Sid }) => Sid)).toContain('Other');
    effect(accessPoint, statements);
  });

  test('replaces no access point', () => {
    const without = synth((stack) => door(stack)).accessPoint;
    const withIt = synth((stack) => door(stack).with(make(stack))).accessPoint;
    for (const property of ['Name', 'Bucket', 'BucketAccountId', 'VpcConfiguration']) {
      expect(withIt[property]).toEqual(without[property]);
    }
  });

  test('refuses what is no access point', () => {
    const stack = new Stack();
    expect(make(stack).supports(stack)).toBe(false);
    expect(() => make(stack).applyTo(new s3.CfnBucket(stack, 'Bucket'))).toThrow(
      /^"accessPoint" must be an access point that this app creates \(got "Default\/Bucket"\)\. Apply AccessPoint\w+ in the app that owns/,
    );
  });
}
