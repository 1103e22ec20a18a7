export { emit, tailStop } from './emit';
export { search } from './search';
