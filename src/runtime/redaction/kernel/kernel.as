export { emit, tailStop } from './emit';
export { scan } from './scan';
