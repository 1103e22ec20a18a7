/** Ten thousand terms against ten, and against none. */
import { compilePolicy } from '../../../src/runtime/redaction';
import { corpus } from '../corpus';
import type { Measure } from '../section';
import { chunked, race, rounded } from '../timing';
import { redactAll } from './core';

export const measure: Measure = async () => {
  const { bytes } = corpus(8e6, 258);
  const chunks = chunked(bytes);
  const words = (count: number) =>
    Array.from({ length: count }, (_, i) => `${(i * 7919).toString(36)}son ${(i * 104729).toString(36)}`);
  const [none, ten, many] = [0, 10, 10_000].map((count) =>
    compilePolicy({ version: 1, ...(count ? { dictionaries: [{ kind: 'name', terms: words(count) }] } : {}) }),
  );
  const best = await race(7, {
    none: { bytes: bytes.length, work: () => void redactAll(none, chunks) },
    ten: { bytes: bytes.length, work: () => void redactAll(ten, chunks) },
    many: { bytes: bytes.length, work: () => void redactAll(many, chunks) },
  });
  return {
    tenThousandToTenRatio: rounded(best.many / best.ten),
    tenThousandToNoneRatio: rounded(best.many / best.none),
  };
};
