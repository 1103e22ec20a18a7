/**
 * Bundled into assets/ like a handler, because the package has no dependencies; loaded when a template in YAML is read.
 */
// eslint-disable-next-line import/no-extraneous-dependencies -- bundled
export { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
