/** What a bench measured: names with their unit at the end (`synthMs`, `peakMiB`, `pluginToSynthRatio`). */
export interface Figures {
  readonly [name: string]: string | number | boolean | null | Figures | readonly Figures[];
}

/** The one export of every `bench/<name>/bench.ts`; `say` prints progress to stderr. */
export type Bench = (say: (progress: string) => void) => Promise<Figures>;
