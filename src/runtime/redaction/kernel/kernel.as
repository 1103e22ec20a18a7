export { emit, forgetTails, knownStop } from './emit';
export { glance } from './glance';
export { search } from './search';
