/**
 * Free text with every kind on, against the fastest peer and the one of best recall. An object is bytes, so that a
 * peer, which wants text, reads and writes UTF-8 as its user would have to; what it does with text that it is handed
 * ready is measured beside that.
 */
import type { CompiledPolicy } from '../../../src/runtime/redaction';
import { compilePolicy } from '../../../src/runtime/redaction';
import type { Figures } from '../../figures';
import { corpus } from '../corpus';
import type { Peer } from '../peers';
import { peers } from '../peers';
import type { Measure } from '../section';
import { chunked, race, rounded } from '../timing';

const ROUNDS = 9;

export function redactAll(
  policy: CompiledPolicy,
  chunks: readonly Buffer[],
  engine: 'wasm' | 'typescript' = 'wasm',
): number {
  const session = policy.session({ engine });
  const transform = session.text();
  for (const chunk of chunks) for (const out of transform.push(chunk)) transform.release?.(out);
  transform.end();
  return Object.values(session.counts).reduce((sum, n) => sum + n, 0);
}

export const measure: Measure = async ({ folder }, say) => {
  const policy = compilePolicy({ version: 1 });
  const { fastest, bestRecall } = peers(folder, say);
  const densities: Record<string, Figures> = {};
  const ratios: Array<Record<'fastest' | 'fastestOnText' | 'bestRecall', number>> = [];
  for (const [name, every] of [
    ['dense', 258],
    ['sparse', 7300],
  ] as const) {
    const { bytes, planted } = corpus(16e6, every);
    const chunks = chunked(bytes);
    const [some, few] = [chunks.slice(0, 40), chunks.slice(0, 5)];
    const someTexts = some.map((chunk) => chunk.toString('utf8'));
    const size = (all: readonly Buffer[]) => all.reduce((sum, chunk) => sum + chunk.length, 0);
    const through = ({ redact }: Peer, all: readonly Buffer[]) =>
      all.forEach((chunk) => void Buffer.from(redact(chunk.toString('utf8'))));
    const best = await race(ROUNDS, {
      wasm: { bytes: bytes.length, work: () => void redactAll(policy, chunks) },
      typescript: { bytes: size(some), work: () => void redactAll(policy, some, 'typescript') },
      fastest: { bytes: size(some), work: () => through(fastest, some) },
      fastestOnText: { bytes: size(some), work: () => someTexts.forEach((text) => void fastest.redact(text)) },
      bestRecall: { bytes: size(few), work: () => through(bestRecall, few) },
    });
    ratios.push({
      fastest: best.wasm / best.fastest,
      fastestOnText: best.wasm / best.fastestOnText,
      bestRecall: best.wasm / best.bestRecall,
    });
    densities[name] = {
      bytesForEachFinding: every,
      wasmMBps: rounded(best.wasm),
      typescriptMBps: rounded(best.typescript),
      fastestPeerMBps: rounded(best.fastest),
      fastestPeerOnTextMBps: rounded(best.fastestOnText),
      bestRecallPeerMBps: rounded(best.bestRecall),
      planted: planted.length,
      found: redactAll(policy, chunks),
    };
    say(
      `${name} ${Math.round(best.wasm)} MB/s, ${fastest.name} ${Math.round(best.fastest)} ` +
        `(${Math.round(best.fastestOnText)} on text), ${bestRecall.name} ${Math.round(best.bestRecall)}`,
    );
  }
  const least = (of: keyof (typeof ratios)[0]) => rounded(Math.min(...ratios.map((ratio) => ratio[of])));
  return {
    ratioFastestPeer: least('fastest'),
    ratioFastestPeerOnText: least('fastestOnText'),
    ratioBestRecallPeer: least('bestRecall'),
    fastestPeer: fastest.name,
    bestRecallPeer: bestRecall.name,
    ...densities,
  };
};
