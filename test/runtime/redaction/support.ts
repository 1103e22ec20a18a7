import type { CompiledPolicy, RedactionPolicyDocument, SessionOptions } from '../../../src/runtime/redaction';
import { compilePolicy } from '../../../src/runtime/redaction';

export const ENGINES = ['typescript', 'wasm'] as const;
export const KEY = Buffer.from('a key of the tests, never used elsewhere');

const compiled = new Map<string, CompiledPolicy>();

/** Policies are costly to make: one for each document. */
export function policyOf(document: Partial<RedactionPolicyDocument> = {}): CompiledPolicy {
  const name = JSON.stringify(document);
  if (!compiled.has(name)) compiled.set(name, compilePolicy({ version: 1, ...document }));
  return compiled.get(name)!;
}

/** Redacts text in one piece, or cut after the given numbers of bytes. */
export function redact(
  text: string | Uint8Array,
  document: Partial<RedactionPolicyDocument> = {},
  options: SessionOptions = {},
  cuts: readonly number[] = [],
): Buffer {
  const bytes = Buffer.from(text);
  const transform = policyOf(document)
    .session({ pseudonymKey: KEY, ...options })
    .text();
  const out: Uint8Array[] = [];
  let at = 0;
  for (const cut of cuts) {
    out.push(...transform.push(bytes.subarray(at, at + cut)));
    at = Math.min(bytes.length, at + cut);
  }
  out.push(...transform.push(bytes.subarray(at)), ...transform.end());
  return Buffer.concat(out);
}

/** The kinds and values found. */
export function findings(
  text: string,
  document: Partial<RedactionPolicyDocument> = {},
  engine: 'typescript' | 'wasm' = 'wasm',
): Array<[kind: string, value: string]> {
  const bytes = Buffer.from(text);
  return policyOf(document)
    .session({ engine, pseudonymKey: KEY })
    .fields()
    .find(bytes, 0, bytes.length)
    .map(({ kind, start, end }) => [kind, bytes.toString('utf8', start, end)]);
}
