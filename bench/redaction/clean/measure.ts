/** What is found in objects that hold nothing to find. */
import { Generator } from '../corpus';
import { DATA, type CleanSet } from './data';
import { TEXTS } from './texts';
import { compilePolicy, ObjectTransform, type RedactionPolicyDocument } from '../../../src/runtime/redaction';

export const CLEAN_SETS: readonly CleanSet[] = [...DATA, ...TEXTS];

/** The set's object of at least `bytes`; the same for the same seed. */
export function cleanObject(set: CleanSet, bytes: number, seed: number): Buffer {
  const g = new Generator(seed);
  const parts = [set.head ?? ''];
  for (let row = 0, length = 0; length < bytes; row += 1) {
    const line = set.line(g, row);
    parts.push(line);
    length += line.length;
  }
  return Buffer.from([...parts, set.tail ?? ''].join(''));
}

/** Findings by kind of an object whose name tells its format. */
export function findingsIn(
  name: string,
  bytes: Buffer,
  document: Partial<RedactionPolicyDocument> = {},
): Record<string, number> {
  const policy = compilePolicy({ version: 1, ...document });
  const session = policy.session();
  const object = new ObjectTransform(policy, session, { name });
  object.push(bytes);
  object.end();
  return { ...session.counts };
}
