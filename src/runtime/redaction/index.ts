export * from './contract';
export * from './errors';
export * from './kinds';
export * from './policy';
export { compilePolicy } from './compiled-policy';
