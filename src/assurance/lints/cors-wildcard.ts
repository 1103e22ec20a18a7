import type { Lint } from './lint';

const WRITING = ['PUT', 'POST', 'DELETE'];

/** Any page on the web may then write with the rights that its visitor has, e.g. by a presigned URL. */
export const corsWildcard: Lint = {
  id: 'cors-wildcard',
  title: 'Every web origin may write to a bucket',
  fix: 'Name the origins (scheme, host and port) whose pages may write.',
  example: { wrong: 'AllowedOrigins: ["*"], AllowedMethods: [PUT]', right: 'AllowedOrigins: ["https://www.example.com"], AllowedMethods: [PUT]' },
  * find(template) {
    for (const bucket of template.ofType('AWS::S3::Bucket')) {
      const rules: any[] = bucket.properties?.CorsConfiguration?.CorsRules ?? [];
      for (const [index, rule] of rules.entries()) {
        const methods = (Array.isArray(rule?.AllowedMethods) ? rule.AllowedMethods : []).filter((method: unknown) => WRITING.includes(String(method)));
        const origins: unknown[] = Array.isArray(rule?.AllowedOrigins) ? rule.AllowedOrigins : [];
        const any = origins.find((origin) => /^(\w+:\/\/)?\*$/.test(String(origin)));
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
