import { type Content, MATCHES, type PreparedTransform, type Stage } from './stage';
import type { RedactSpec } from '../object-views/transform-spec';
import { compilePolicy } from '../redaction/compiled-policy';
import { ObjectTransform } from '../redaction/pipeline';

/** Redaction by a policy; the core does all of it. */
export function redact(spec: RedactSpec, pseudonymKey: Uint8Array | undefined): PreparedTransform {
  const policy = compilePolicy(spec.policy);
  // A missing key is found now and not with the first object.
  policy.session({ pseudonymKey });
  return {
    type: 'redact',
    version: policy.hash,
    describe: (content) => content,
    redactHeader: (value) => {
      const bytes = Buffer.from(value);
      const redacted = policy.session({ pseudonymKey }).fields().redact(bytes, 0, bytes.length);
      return redacted ? Buffer.from(redacted).toString() : value;
    },
    open: ({ contentType, name }: Content, _call, count): Stage => {
      const session = policy.session({ pseudonymKey });
      const object = new ObjectTransform(policy, session, { contentType, name });
      return {
        push: (chunk) => object.push(chunk),
        end: () => {
          const last = object.end();
          for (const [kind, found] of Object.entries(session.counts)) count(MATCHES + kind, found);
          return last;
        },
      };
    },
  };
}
