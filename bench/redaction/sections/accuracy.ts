/** Recall and precision by kind, on a generated set and on one that is given. */
import type { Figures } from '../../figures';
import { accuracy, read } from '../accuracy';
import { generatedSamples } from '../generated';
import type { Measure } from '../section';

const SEED = 20261121;
const SAMPLES = 6000;

export const measure: Measure = async ({ data }) => {
  const figures: Record<string, Figures> = {
    generated: { seed: SEED, samples: SAMPLES, ...accuracy(generatedSamples(SAMPLES, SEED)) },
  };
  return data === undefined ? figures : { ...accuracy(read(data)), ...figures };
};
