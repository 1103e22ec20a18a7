import POLICY_SCHEMA from './policy.schema.json';

export { compilePolicy } from './compiled-policy';
export * from './contract';
export * from './errors';
export * from './kinds';
export { ObjectTransform } from './pipeline';
export type { Treatment } from './pipeline';
export * from './policy';
export { redactStream, redactWebStream } from './stream';
export type { NodeRedaction, Redaction, StreamOptions, WebRedaction } from './stream';
export type { ObjectDescription } from './structure/format';

/** JSON Schema (2020-12) of the policy document. */
export { POLICY_SCHEMA };
