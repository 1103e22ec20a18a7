import type { Lint } from './lint';
import { s3Page } from './pages';

const WRITING = ['PUT', 'POST', 'DELETE'];

/** Any page on the web may then write with the rights that its visitor has, e.g. by a presigned URL. */
export const corsWildcard: Lint = {
  id: 'cors-wildcard',
  title: 'Every web origin may write to a bucket',
  fix: 'Name the origins (scheme, host and port) whose pages may write.',
  page: s3Page('cors'),
  example: {
    wrong: 'AllowedOrigins: ["*"], AllowedMethods: [PUT]',
    right: 'AllowedOrigins: ["https://www.example.com"], AllowedMethods: [PUT]',
  },
  *find(template) {
    for (const bucket of template.ofType('AWS::S3::Bucket')) {
      const rules: any[] = bucket.properties?.CorsConfiguration?.CorsRules ?? [];
      for (const [index, rule] of rules.entries()) {
        const methods = list(rule?.AllowedMethods).filter((method) => WRITING.includes(method));
        const any = list(rule?.AllowedOrigins).find((origin) => /^(\w+:\/\/)?\*$/.test(origin));
        if (methods.length === 0 || any === undefined) continue;
        yield {
          resource: bucket,
          location: `Properties.CorsConfiguration.CorsRules.${index}.AllowedOrigins`,
          message: `Pages of every origin ("${any}") may send ${methods.join(', ')} requests.`,
        };
      }
    }
  },
};

const list = (values: unknown): string[] => (Array.isArray(values) ? values.map(String) : []);
