/** Free text with every kind on, against the fastest peer and the one of best recall. */
import type { CompiledPolicy } from '../../../src/runtime/redaction';
import { compilePolicy } from '../../../src/runtime/redaction';
import type { Figures } from '../../figures';
import { corpus } from '../corpus';
import { peers } from '../peers';
import type { Measure } from '../section';
import { chunked, race, rounded } from '../timing';

const ROUNDS = 9;

export function redactAll(policy: CompiledPolicy, chunks: readonly Buffer[], engine: 'wasm' | 'typescript' = 'wasm'): number {
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
  const ratios: Array<{ readonly fastest: number; readonly bestRecall: number }> = [];
  for (const [name, every] of [['dense', 258], ['sparse', 7300]] as const) {
    const { bytes, planted } = corpus(16e6, every);
    const chunks = chunked(bytes);
    const texts = (count: number) => chunks.slice(0, count).map((chunk) => chunk.toString('latin1'));
    const [some, few] = [texts(40), texts(5)];
    const size = (all: readonly string[]) => all.reduce((sum, text) => sum + text.length, 0);
    const best = await race(ROUNDS, {
      wasm: { bytes: bytes.length, work: () => void redactAll(policy, chunks) },
      typescript: { bytes: 40 * 65536, work: () => void redactAll(policy, chunks.slice(0, 40), 'typescript') },
      fastest: { bytes: size(some), work: () => some.forEach((text) => fastest.redact(text)) },
      bestRecall: { bytes: size(few), work: () => few.forEach((text) => bestRecall.redact(text)) },
    });
    ratios.push({ fastest: best.wasm / best.fastest, bestRecall: best.wasm / best.bestRecall });
    densities[name] = {
      bytesForEachFinding: every,
      wasmMBps: rounded(best.wasm),
      typescriptMBps: rounded(best.typescript),
      fastestPeerMBps: rounded(best.fastest),
      bestRecallPeerMBps: rounded(best.bestRecall),
      planted: planted.length,
      found: redactAll(policy, chunks),
    };
    say(`${name} ${Math.round(best.wasm)} MB/s, ${fastest.name} ${Math.round(best.fastest)}, ${bestRecall.name} ${Math.round(best.bestRecall)}`);
  }
  return {
    ratioFastestPeer: rounded(Math.min(...ratios.map((ratio) => ratio.fastest))),
    ratioBestRecallPeer: rounded(Math.min(...ratios.map((ratio) => ratio.bestRecall))),
    fastestPeer: fastest.name,
    bestRecallPeer: bestRecall.name,
    ...densities,
  };
};
