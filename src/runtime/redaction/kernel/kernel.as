export { emit, forgetTails, knownStop } from './emit';
export { search } from './search';
