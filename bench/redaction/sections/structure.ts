/**
 * The structured formats, every kind on, against streaming parsers that parse the same bytes and do nothing else. A
 * tokenizer, which does not know the structure, is measured beside them.
 */
import type { Figures } from '../../figures';
import { documents } from '../documents';
import { SUBJECTS } from '../parsers';
import type { Measure } from '../section';
import { chunked, race, rounded } from '../timing';

const BYTES = 12e6;
const ROUNDS = 7;

export const measure: Measure = async (_options, say) => {
  const figures: Record<string, Figures> = {};
  const ratios: number[] = [];
  const ruled: number[] = [];
  for (const [format, document] of Object.entries(documents(BYTES))) {
    const chunks = chunked(document);
    const best = await race(
      ROUNDS,
      Object.fromEntries(
        Object.entries(SUBJECTS[format]).map(([name, subject]) => [
          name,
          { bytes: document.length, work: () => subject(chunks) },
        ]),
      ),
    );
    const parser = Math.max(
      ...Object.entries(best)
        .filter(([name]) => !name.startsWith('redact') && !name.endsWith('Tokenizer'))
        .map(([, rate]) => rate),
    );
    ratios.push(best.redact / parser);
    ruled.push(best.redactWithFields / parser);
    figures[format] = {
      ...Object.fromEntries(Object.entries(best).map(([name, rate]) => [`${name}MBps`, rounded(rate)])),
      ratioFastestParser: rounded(best.redact / parser),
      ratioFastestParserWithFields: rounded(best.redactWithFields / parser),
    };
    say(
      `${format} ${Math.round(best.redact)} MB/s, with field rules ${Math.round(best.redactWithFields)}, ` +
        `the fastest parser ${Math.round(parser)}`,
    );
  }
  return {
    ratioFastestParser: rounded(Math.min(...ratios)),
    ratioFastestParserWithFields: rounded(Math.min(...ruled)),
    ...figures,
  };
};
