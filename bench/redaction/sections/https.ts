/**
 * GET -> redact -> POST over loopback HTTPS against passing the bytes through, by the clock on the wall and by
 * processor time of the relay.
 */
import { compilePolicy } from '../../../src/runtime/redaction';
import type { Figures } from '../../figures';
import { passThrough, relayed, withEndpoint, type Relay } from '../loopback';
import { throughCore, throughStream } from '../relay';
import type { Measure } from '../section';
import { MB, median, rounded } from '../timing';

const BYTES = 1e8;
const ROUNDS = 7;

interface Round {
  readonly rate: number;
  readonly cpu: number;
}

export const measure: Measure = async ({ folder }, say): Promise<Figures> => {
  const policy = compilePolicy({ version: 1 });
  const relays: Record<string, Relay> = { passThrough, core: throughCore(policy), stream: throughStream(policy) };
  const rounds = await withEndpoint(folder, async (endpoint) => {
    const all: Array<Record<string, Round>> = [];
    for (let i = -1; i < ROUNDS; i += 1) {
      const round: Record<string, Round> = {};
      for (const [name, relay] of Object.entries(relays)) {
        const [begun, before] = [process.hrtime.bigint(), process.cpuUsage()];
        await relayed(endpoint, BYTES, relay);
        const { user, system } = process.cpuUsage(before);
        round[name] = {
          rate: BYTES / MB / (Number(process.hrtime.bigint() - begun) / 1e9),
          cpu: BYTES / MB / ((user + system) / 1e6),
        };
      }
      if (i >= 0) all.push(round);
    }
    return all;
  });
  if (rounds === undefined) return { skipped: 'there is no openssl to make a certificate with' };
  // What disturbs one round disturbs both sides of it.
  const ratio = (name: string, of: keyof Round) =>
    rounded(median(rounds.map((round) => round[name][of] / round.passThrough[of])));
  const rate = (name: string) => rounded(median(rounds.map((round) => round[name].rate)));
  say(`passed through ${rate('passThrough')} MB/s, redacted ${rate('core')}, as a stream ${rate('stream')}`);
  return {
    ratioPassThrough: ratio('core', 'rate'),
    ratioPassThroughStream: ratio('stream', 'rate'),
    ratioPassThroughCpu: ratio('core', 'cpu'),
    passThroughMBps: rate('passThrough'),
    redactMBps: rate('core'),
    redactStreamMBps: rate('stream'),
    rounds: ROUNDS,
  };
};
