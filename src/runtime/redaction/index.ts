export { compilePolicy } from './compiled-policy';
export * from './contract';
export * from './errors';
export * from './kinds';
export * from './policy';
import POLICY_SCHEMA from './policy.schema.json';

/** JSON Schema (2020-12) of the policy document. */
export { POLICY_SCHEMA };
