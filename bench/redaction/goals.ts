import type { Figures } from '../figures';

/** What is promised, and what is aimed at. */
interface Goal {
  readonly title: string;
  readonly path: string;
  readonly bar: number;
  readonly aim: number;
  readonly sense: 'at least' | 'at most';
}

function atLeast(title: string, path: string, bar: number, aim: number): Goal {
  return { title, path, bar, aim, sense: 'at least' };
}

function atMost(title: string, path: string, bar: number, aim: number): Goal {
  return { title, path, bar, aim, sense: 'at most' };
}

const ACCURACY: ReadonlyArray<readonly [kind: string, bar: number, aim: number]> = [
  ['email', 0.99, 0.999],
  ['ssn', 0.99, 0.999],
  ['ip', 0.99, 0.999],
  ['iban', 0.99, 0.999],
  ['card', 0.97, 0.99],
  ['phone', 0.6, 0.8],
];

export const GOALS: readonly Goal[] = [
  atLeast('core, against the fastest peer', 'core.ratioFastestPeer', 8, 12),
  atLeast('core, against the peer of best recall', 'core.ratioBestRecallPeer', 25, 40),
  atLeast('HTTPS, against pass-through', 'https.ratioPassThrough', 0.65, 0.85),
  ...['json', 'csv', 'xml'].map((format) =>
    atLeast(`${format}, against the fastest parser`, `structure.${format}.ratioFastestParser`, 2, 4),
  ),
  atMost('peak memory, 2 GiB against 64 MiB', 'rss.ratioLargeToSmall', 1.1, 1.1),
  atMost('peak memory of 2 GiB, MiB', 'rss.large2GiBPeakMiB', 128, 128),
  atMost('bytes differing over every cut', 'safety.differingBytes', 0, 0),
  atMost('planted bytes leaked over faults', 'safety.leakedBytes', 0, 0),
  atMost('faults that went unnoticed', 'safety.unnoticedFaults', 0, 0),
  atMost('hostile input, against benign', 'hostile.worstToBenignRatio', 2, 1.2),
  ...['', 'generated.'].flatMap((set) =>
    ACCURACY.flatMap(([kind, bar, aim]) => [
      atLeast(`recall, ${kind}${set && ', generated'}`, `accuracy.${set}${kind}.recall`, bar, aim),
      atLeast(`precision, ${kind}${set && ', generated'}`, `accuracy.${set}${kind}.precision`, 0.95, 0.95),
    ]),
  ),
  atMost('findings per MB of a clean set', 'clean.worstPerMB', 10, 1),
  atMost('cold start, ms of processor time', 'coldStart.addedCpuMs', 5, 1),
];

/** The figure at a path like `core.ratioFastestPeer`. */
export function figureAt(figures: Record<string, Figures>, path: string): number | undefined {
  let at: unknown = figures;
  for (const step of path.split('.')) at = (at as Record<string, unknown> | undefined)?.[step];
  return typeof at === 'number' ? at : undefined;
}

/** A line for each goal that was measured. */
export function goals(figures: Record<string, Figures>): {
  readonly lines: readonly string[];
  readonly met: number;
  readonly of: number;
} {
  const measured = GOALS.flatMap((goal) => {
    const value = figureAt(figures, goal.path);
    if (value === undefined) return [];
    const reaches = (limit: number) => (goal.sense === 'at least' ? value >= limit : value <= limit);
    return [{ ...goal, value, verdict: reaches(goal.aim) ? 'aim' : reaches(goal.bar) ? 'bar' : 'MISSED' }];
  });
  const line = (title: string, ...cells: readonly string[]) =>
    `${title.padEnd(38)}${cells.map((cell) => cell.padStart(10)).join('')}`;
  return {
    lines: [
      line('', 'measured', 'bar', 'aim', 'reached'),
      ...measured.map(({ title, value, bar, aim, sense, verdict }) =>
        line(title, value.toPrecision(3), `${sense === 'at least' ? '>=' : '<='} ${bar}`, String(aim), verdict),
      ),
    ],
    met: measured.filter(({ verdict }) => verdict !== 'MISSED').length,
    of: measured.length,
  };
}
