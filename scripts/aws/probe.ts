/** A question that AWS alone can answer, what this repository assumes of the answer, and how both are compared. */
import type { Account, Answer, S3Request } from './account';
import type { Sandbox } from './sandbox';

export type Reply = 'yes' | 'no';

export interface Probe {
  readonly id: string;
  /** Answered by yes or no. */
  readonly question: string;
  /** `either`: no page settles it, and both readings are proved. */
  readonly assumed: Reply | 'either';
  /** The prover's axiom that rests on it. */
  readonly axiom?: string;
  /** Where AWS documents what is assumed, or leaves it open. */
  readonly page: string;
  /** What is to be done where AWS answers otherwise. */
  readonly otherwise: string;
  readonly seconds: number;
  /** US dollars, an upper bound. */
  readonly dollars: number;
  ask(sandbox: Sandbox): Promise<Reply>;
}

export interface Result {
  readonly id: string;
  readonly question: string;
  readonly axiom?: string;
  readonly page: string;
  readonly assumed: Probe['assumed'];
  readonly answer: Reply | 'failed';
  /** `settled`: the answer to what was open. */
  readonly verdict: 'agrees' | 'differs' | 'settled' | 'failed';
  /** What to do, or why it failed. */
  readonly detail?: string;
  readonly requests: readonly string[];
}

/** Every request of a probe and its status, for whoever reads the result. */
export function recorded(account: Account, requests: string[]): Account {
  const told = async (what: string, work: Promise<Answer>): Promise<Answer> => {
    const answer = await work;
    requests.push(`${what}: ${answer.status}${answer.code === undefined ? '' : ` ${answer.code}`}`);
    return answer;
  };
  return {
    id: account.id,
    region: account.region,
    partition: account.partition,
    sleep: (milliseconds) => account.sleep(milliseconds),
    s3: (request: S3Request) =>
      told(
        `${request.method} ` +
          `${Object.keys(request.query ?? {}).join('&') || (request.key === undefined ? 'bucket' : 'object')}`,
        account.s3(request),
      ),
    control: (method, path, body) => told(`${method} ${path.replace(/\?.*/, '')}`, account.control(method, path, body)),
    query: (service, action, parameters) => told(`${service} ${action}`, account.query(service, action, parameters)),
  };
}

export function resultOf(
  { id, question, axiom, page, assumed, otherwise }: Probe,
  answer: Reply | Error,
  requests: readonly string[],
): Result {
  const common = { id, question, page, assumed, requests, ...(axiom === undefined ? {} : { axiom }) };
  if (answer instanceof Error) return { ...common, answer: 'failed', verdict: 'failed', detail: answer.message };
  if (assumed === 'either') {
    return {
      ...common,
      answer,
      verdict: 'settled',
      detail: `The reading "${answer}" holds; the other one need not be proved any more.`,
    };
  }
  return answer === assumed
    ? { ...common, answer, verdict: 'agrees' }
    : { ...common, answer, verdict: 'differs', detail: otherwise };
}
