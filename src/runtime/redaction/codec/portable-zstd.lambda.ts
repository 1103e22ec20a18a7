/** Bundled into assets/ like a handler, because the package has no dependencies; loaded only where Node cannot decode zstd itself. */
export { Decompress } from 'fzstd';
