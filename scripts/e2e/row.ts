/** One line of `build/e2e.json`. */

export type Answer = 'allowed' | 'denied';

/** A request that was made, or something that was tried, and how the server answered. */
export interface Row {
  readonly guarantee: string;
  readonly bucket: string;
  readonly what: string;
  /** What the model of policies says; absent for what only a server knows. */
  readonly model?: Answer;
  readonly server: Answer;
  /** What the server must say: the model's answer, unless a gap is known. */
  readonly expected: Answer;
  /** Why the server is known to answer otherwise. A known gap that closes is an error, too. */
  readonly gap?: string;
  readonly error?: string;
}

/** How the server answered. */
export type Found = Pick<Row, 'server' | 'error'>;

/** Rows of one guarantee on one bucket. */
export function rowOf(guarantee: string, bucket: string): (what: string, expected: Answer, found: Found) => Row {
  return (what, expected, found) => ({ guarantee, bucket, what, expected, ...found });
}

/** Rows of things that must be so, with what was found where one is not. */
export function checkOf(guarantee: string, bucket: string): (what: string, holds: boolean, found: unknown) => Row {
  const row = rowOf(guarantee, bucket);
  return (what, holds, found) =>
    row(what, 'allowed', holds ? { server: 'allowed' } : { server: 'denied', error: String(found) });
}

/** Only a refusal counts as one; anything else that goes wrong is an error of the run. */
export async function ask(call: () => Promise<unknown>): Promise<Found> {
  try {
    await call();
    return { server: 'allowed' };
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === 403 || (name === 'InvalidBucketState' && $metadata?.httpStatusCode === 409)) {
      return { server: 'denied', error: name };
    }
    throw error;
  }
}

export function opposite(answer: Answer): Answer {
  return answer === 'allowed' ? 'denied' : 'allowed';
}
