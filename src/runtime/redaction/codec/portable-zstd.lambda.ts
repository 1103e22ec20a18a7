/**
 * Bundled into assets/ like a handler, because the package has no dependencies; loaded only where Node cannot decode
 * zstd itself.
 */
// eslint-disable-next-line import/no-extraneous-dependencies -- bundled
export { Decompress } from 'fzstd';
