import { App, CfnParameter, ConstructSelector, Fn, Mixins, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { nag, unexplained } from './nag';
import { type Guarantee, Proof } from '../../src';
import { BucketVersioned } from '../../src/controls/bucket/versioned';
import type { BucketControl } from '../../src/controls/bucket-control';
import { BucketTlsOnly } from '../../src/controls/bucket-policy/tls-only';
import { CATALOG } from '../../src/controls/catalog';

type Json = Record<string, any>;

/** Everything that holds for every control, whatever its effect. */
export interface ControlContract {
  /** A fresh control, made for buckets in this stack. */
  readonly make: (stack: Stack) => BucketControl;
  /** The part of the bucket's properties and policy statements that proves the control was applied. */
  readonly effect: (bucket: Json, statements: Json[]) => void;
  /**
   * The guarantee of its catalog row, with the options that fit the control; absent where the control only states a
   * decision.
   */
  readonly guarantee?: Guarantee;
  /** A bucket that lacks nothing but the control. */
  readonly lacking?: (stack: Stack) => s3.CfnBucket;
  /**
   * Whether the guarantee holds of a bucket without the control as well, because the control opens something in a
   * bounded way.
   */
  readonly holdsWithout?: boolean;
  /**
   * Whether an imported bucket is an error, since nothing would be left of what the control is for; its own test shows
   * it.
   */
  readonly refusesImported?: boolean;
}

const OTHER = () =>
  new iam.PolicyStatement({
    sid: 'Other',
    actions: ['s3:GetObject'],
    principals: [new iam.AccountPrincipal('111122223333')],
    resources: ['arn:aws:s3:::other/*'],
  });

/**
 * Runs the mixin cases on one control: alone, twice, in either order, around other statements, on L1, L2 and imported
 * buckets.
 */
export function controlContract({
  make,
  effect,
  guarantee,
  holdsWithout,
  refusesImported,
  lacking = (stack) => new s3.CfnBucket(stack, 'Bucket'),
}: ControlContract): void {
  const synth = (build: (stack: Stack) => s3.CfnBucket) => {
    const stack = new Stack(new App(), 'Stack');
    const logicalId = stack.getLogicalId(build(stack));
    const template = Template.fromStack(stack);
    const policies = Object.values(template.findResources('AWS::S3::BucketPolicy')).filter(
      (policy) => policy.Properties.Bucket.Ref === logicalId,
    );
    const bucket = template.findResources('AWS::S3::Bucket')[logicalId];
    return {
      bucket: bucket.Properties ?? {},
      policies,
      statements: policies.flatMap((policy) => policy.Properties.PolicyDocument.Statement),
    };
  };
  const l2 = (stack: Stack) => new s3.Bucket(stack, 'Bucket');
  const l1Of = (bucket: s3.Bucket) => bucket.node.defaultChild as s3.CfnBucket;

  test('has its row in the catalog', () => {
    const control = make(new Stack());
    const row = CATALOG.find(({ id }) => id === control.id);
    expect(row?.control).toBe(control.constructor.name);
  });

  if (guarantee) {
    const proof = (control: boolean) => {
      const stack = new Stack(new App(), 'Stack');
      const bucket = lacking(stack);
      if (control) bucket.with(make(stack));
      // What S3 gives new resources anyway is not what the control adds.
      return Proof.ofStack(stack, { requireStated: true });
    };

    test('its guarantee is the one of the catalog, and is proved', () => {
      expect(CATALOG.find(({ id }) => id === make(new Stack()).id)?.guarantee).toBe(guarantee.id);
      proof(true).holds(guarantee, { subject: 'Bucket' });
    });

    if (!holdsWithout) {
      test('its guarantee is broken without it', () => {
        expect(() => proof(false).holds(guarantee, { subject: 'Bucket' })).toThrow(guarantee.id);
      });
    }
  }

  test('works alone on an L2 bucket', () => {
    const { bucket, statements, policies } = synth((stack) => l1Of(l2(stack).with(make(stack)) as s3.Bucket));
    effect(bucket, statements);
    expect(policies.length).toBeLessThanOrEqual(1);
  });

  test('works alone on an L1 bucket', () => {
    const { bucket, statements, policies } = synth(
      (stack) => new s3.CfnBucket(stack, 'Bucket').with(make(stack)) as s3.CfnBucket,
    );
    effect(bucket, statements);
    expect(policies.length).toBeLessThanOrEqual(1);
  });

  test('works through Mixins.of with a selector', () => {
    const { bucket, statements } = synth((stack) => {
      const made = l2(stack);
      Mixins.of(made, ConstructSelector.cfnResource()).requireAny().apply(make(stack));
      return l1Of(made);
    });
    effect(bucket, statements);
  });

  test('changes nothing the second time', () => {
    const build = (times: number) =>
      synth((stack) => {
        const made = l2(stack);
        const control = make(stack);
        for (let i = 0; i < times; i++) made.with(control);
        return l1Of(made);
      });
    expect(build(2)).toEqual(build(1));
  });

  test('gives the same bucket and the same statements in either order with another control', () => {
    const build = (swap: boolean) => {
      const { bucket, statements } = synth((stack) => {
        const controls = [make(stack), new BucketTlsOnly(), new BucketVersioned()];
        return l1Of(l2(stack).with(...(swap ? controls.reverse() : controls)) as s3.Bucket);
      });
      return { bucket, statements: statements.map((statement) => JSON.stringify(statement)).sort() };
    };
    expect(build(true)).toEqual(build(false));
  });

  test.each(['before', 'after'])('keeps one policy with a statement added %s it', (when) => {
    const { statements, policies, bucket } = synth((stack) => {
      const made = l2(stack);
      if (when === 'before') made.addToResourcePolicy(OTHER());
      made.with(make(stack));
      if (when === 'after') made.addToResourcePolicy(OTHER());
      return l1Of(made);
    });
    expect(policies).toHaveLength(1);
    expect(statements.map(({ Sid }) => Sid)).toContain('Other');
    effect(bucket, statements);
  });

  test.each(['before', 'after'])('keeps one policy with a statement added on the L1 %s it', (when) => {
    const { statements, policies, bucket } = synth((stack) => {
      const made = new s3.CfnBucket(stack, 'Bucket');
      const add = () => iam.ResourceWithPolicies.of(made)!.addToResourcePolicy(OTHER());
      if (when === 'before') add();
      made.with(make(stack));
      if (when === 'after') add();
      return made;
    });
    expect(policies).toHaveLength(1);
    expect(statements.map(({ Sid }) => Sid)).toContain('Other');
    effect(bucket, statements);
  });

  test('keeps a policy that was written by hand for the L1', () => {
    const { statements, policies, bucket } = synth((stack) => {
      const made = new s3.CfnBucket(stack, 'Bucket');
      new s3.CfnBucketPolicy(stack, 'Policy', {
        bucket: made.ref,
        policyDocument: new iam.PolicyDocument({ statements: [OTHER()] }),
      });
      return made.with(make(stack)) as s3.CfnBucket;
    });
    expect(policies).toHaveLength(1);
    expect(statements.map(({ Sid }) => Sid)).toContain('Other');
    effect(bucket, statements);
  });

  test('skips an imported bucket with a warning, whether it is named or found in a tree', () => {
    if (refusesImported) return;
    const stack = new Stack(new App(), 'Stack');
    const tree = new Construct(stack, 'Tree');
    const imported = s3.Bucket.fromBucketName(tree, 'Imported', 'somebody-elses-bucket');
    const control = make(stack);
    imported.with(control);
    tree.with(control);
    Annotations.fromStack(stack).hasWarning(
      '/Stack/Tree/Imported',
      Match.stringLikeRegexp('Tree/Imported is imported, and Bucket\\w+ changes nothing there'),
    );
    const policies = Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'));
    expect(policies.map(({ Properties }) => Properties.Bucket)).not.toContain('somebody-elses-bucket');
  });

  test('works on a bucket whose name and ARN are tokens', () => {
    const { bucket, statements } = synth((stack) => {
      const name = new CfnParameter(stack, 'Name').valueAsString;
      return l1Of(
        new s3.Bucket(stack, 'Bucket', { bucketName: Fn.join('-', ['acme', name]) }).with(make(stack)) as s3.Bucket,
      );
    });
    effect(bucket, statements);
  });

  test('replaces no bucket', () => {
    const without = synth((stack) => l1Of(l2(stack)));
    const withIt = synth((stack) => l1Of(l2(stack).with(make(stack)) as s3.Bucket));
    for (const property of ['BucketName', 'BucketNamePrefix', 'BucketNamespace', 'ObjectLockEnabled']) {
      expect(withIt.bucket[property]).toEqual(without.bucket[property]);
    }
  });

  test('satisfies the cdk-nag rules that its catalog row names', () => {
    const row = CATALOG.find(({ id }) => id === make(new Stack()).id)!;
    const report = nag((stack) => l2(stack).with(make(stack)));
    const open = unexplained(report)
      .filter(({ path }) => path === 'Stack/Bucket/Resource')
      .map(({ rule }) => rule);
    for (const rule of row.rules) expect(open.filter((id) => id.endsWith(rule))).toEqual([]);
  });
}
