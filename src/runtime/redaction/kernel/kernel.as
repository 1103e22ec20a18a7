export { emit, forgetTails, knownStop } from './emit';
export { glance } from './glance';
export { search } from './search';
// These stay functions of their own: what the first byte makes a process compile stays small.
export { assignment } from './secret';
export { longRun } from './token';
export { special } from './anchor';
