import type { BucketModel } from './model';

/** The ARN of a bucket whose whole name CloudFormation generates. */
const GENERATED = /^arn:[^:]*:s3:::(\{(?!AccountId\}|Region\})[^{}]*\})$/;

/**
 * Tells whether the policy of a bucket may tell the bucket of an ARN from others: no pattern spells out a generated
 * name, but the policy may refer to the bucket.
 */
export function toldApartBy({ policies }: BucketModel): (arn: string) => boolean {
  let text: string | undefined;
  return (arn) => {
    const generated = GENERATED.exec(arn)?.[1];
    if (generated === undefined) return true;
    text ??= JSON.stringify(policies.map(({ policy }) => policy));
    return text.includes(generated);
  };
}
