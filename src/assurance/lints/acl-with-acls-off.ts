import type { Lint } from './lint';

/** S3 refuses an ACL on a bucket whose ACLs are off, and an ACL is never needed. */
export const aclWithAclsOff: Lint = {
  id: 'acl-with-acls-off',
  title: 'A bucket has an ACL although its ACLs are off',
  fix: 'Leave AccessControl out: a bucket policy says who may do what, log delivery included.',
  example: {
    wrong: 'AccessControl: LogDeliveryWrite, ObjectOwnership: BucketOwnerEnforced',
    right: 'A policy statement for logging.s3.amazonaws.com',
  },
  *find(template) {
    for (const bucket of template.ofType('AWS::S3::Bucket')) {
      const { AccessControl: acl, OwnershipControls: ownership } = bucket.properties ?? {};
      if (acl === undefined || acl === 'Private' || ownership?.Rules?.[0]?.ObjectOwnership !== 'BucketOwnerEnforced') {
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
