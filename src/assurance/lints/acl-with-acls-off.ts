import type { Lint } from './lint';
import { s3Page } from './pages';

/**
 * ACLs that give a bucket's owner no more than it has, which S3 takes and ignores.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
 */
const IGNORED = ['Private', 'BucketOwnerRead', 'BucketOwnerFullControl'];

/** S3 refuses an ACL on a bucket whose ACLs are off, and an ACL is never needed. */
export const aclWithAclsOff: Lint = {
  id: 'acl-with-acls-off',
  title: 'A bucket has an ACL although its ACLs are off',
  fix: 'Leave AccessControl out: a bucket policy says who may do what, log delivery included.',
  page: s3Page('about-object-ownership'),
  example: {
    wrong: 'AccessControl: LogDeliveryWrite, ObjectOwnership: BucketOwnerEnforced',
    right: 'A policy statement for logging.s3.amazonaws.com',
  },
  *find(template) {
    for (const bucket of template.ofType('AWS::S3::Bucket')) {
      const { AccessControl: acl, OwnershipControls: ownership } = bucket.properties ?? {};
      if (
        acl === undefined ||
        IGNORED.includes(acl) ||
        ownership?.Rules?.[0]?.ObjectOwnership !== 'BucketOwnerEnforced'
      ) {
        continue;
      }
      yield {
        resource: bucket,
        location: 'Properties.AccessControl',
        message: `"${bucket.path}" has the ACL "${acl}", but its ownership setting turns ACLs off: S3 refuses that.`,
      };
    }
  },
};
