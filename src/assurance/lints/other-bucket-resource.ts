import type { Lint } from './lint';
import { s3Page } from './pages';
import { matchesText } from './text';
import { isOpen, isUnknown } from '../template/unknown';

/** A bucket policy is about its own bucket; S3 refuses it with "Policy has invalid resource". */
export const otherBucketResource: Lint = {
  id: 'other-bucket-resource',
  title: 'A bucket policy names the resources of another bucket',
  fix: "Name the policy's own bucket (arn:PARTITION:s3:::BUCKET) and its objects (arn:PARTITION:s3:::BUCKET/*).",
  page: s3Page('bucket-policies'),
  example: {
    wrong: 'Policy of "docs": "Resource": "arn:aws:s3:::logs/*"',
    right: 'Policy of "docs": "Resource": "arn:aws:s3:::docs/*"',
  },
  *find(template) {
    for (const { document, location, resources } of template.statements) {
      const { type, properties } = document.resource;
      const name: unknown = properties?.Bucket;
      if (type !== 'AWS::S3::BucketPolicy' || typeof name !== 'string' || isUnknown(name)) continue;
      const known = template.bucket(name);
      const other = resources.find((arn) => {
        const [, named] = /^arn:[^:]*:s3:::([^/]+)/.exec(arn) ?? [];
        if (named === undefined || isUnknown(arn) || named === name) return false;
        if (/[*?$]/.test(named)) return !isOpen(named) && !isOpen(name) && !matchesText(plain(named), name);
        // A generated name is none that a template spells out; two of them are of two buckets.
        return isOpen(named) ? template.bucket(named) !== undefined : !isOpen(name) || known !== undefined;
      });
      if (other === undefined) continue;
      yield {
        resource: document.resource,
        location: `${location}.Resource`,
        message: `"${other}" is not in "${known?.path ?? name}", to which this policy belongs: S3 refuses the policy.`,
      };
    }
  },
};

/** A policy variable stands for any text. */
const plain = (pattern: string): string => pattern.replace(/\$\{[^}]*\}/g, '*');
