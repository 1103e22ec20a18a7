import type { Lint } from './lint';
import { s3Page } from './pages';

/** Website endpoints speak plain HTTP only, which the policy denies. */
export const websiteBehindTlsDeny: Lint = {
  id: 'website-behind-tls-deny',
  title: "A website endpoint is denied by the bucket's own policy",
  fix: 'Serve the bucket through CloudFront with origin access control and drop WebsiteConfiguration.',
  page: s3Page('WebsiteEndpoints'),
  example: {
    wrong: 'WebsiteConfiguration and Deny if aws:SecureTransport is false',
    right: 'A CloudFront distribution in front, no WebsiteConfiguration',
  },
  *find(template) {
    const denied = new Set(
      template.statements
        .filter(
          ({ effect, document, conditions }) =>
            effect === 'Deny' &&
            document.resource.type === 'AWS::S3::BucketPolicy' &&
            conditions.length === 1 &&
            conditions.every(
              ({ operator, key, values }) =>
                /^bool$/i.test(operator) && /^aws:SecureTransport$/i.test(key) && values.includes('false'),
            ),
        )
        .map(({ document }) => template.bucket(document.resource.properties.Bucket)),
    );
    for (const bucket of template.ofType('AWS::S3::Bucket')) {
      const website = bucket.properties?.WebsiteConfiguration;
      if (website === undefined || website.RedirectAllRequestsTo !== undefined || !denied.has(bucket)) continue;
      yield {
        resource: bucket,
        location: 'Properties.WebsiteConfiguration',
        message:
          `"${bucket.path}" is a website, but its policy denies plain HTTP, and website endpoints speak ` +
          'nothing else.',
      };
    }
  },
};
