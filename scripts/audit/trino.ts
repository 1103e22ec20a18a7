import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { options, type Java } from './java';

type Row = unknown[];

interface Answer {
  readonly nextUri?: string;
  readonly data?: Row[];
  readonly columns?: Array<{ readonly name: string }>;
  readonly error?: { readonly message: string };
}

const START_SECONDS = 180;

/** The engine in a process of its own, asked over its HTTP interface. */
export class Trino {
  public static async start(java: Java, endpoint: string, region: string): Promise<Trino> {
    const child = spawn(java.program, [...options(java, 'Engine', '1g'), endpoint, region], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    const said: string[] = [];
    const url = await new Promise<string>((listening, failed) => {
      const tooLate = setTimeout(
        () => failed(new Error(`Trino did not start within ${START_SECONDS} s:\n${said.join('\n')}`)),
        START_SECONDS * 1000,
      );
      createInterface({ input: child.stderr! }).on('line', (line) => {
        said.push(line);
        const found = /\blistening (http\S+)$/.exec(line)?.[1];
        if (!found) return;
        clearTimeout(tooLate);
        listening(found);
      });
      child.once('exit', (code) => {
        clearTimeout(tooLate);
        failed(new Error(`Trino ended with ${code}:\n${said.slice(-30).join('\n')}`));
      });
    });
    return new Trino(child, url);
  }

  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  /**
   * Runs a statement in a database, its question marks filled as Athena fills execution parameters: literals of SQL, in
   * order.
   */
  public async query(
    database: string,
    sql: string,
    values: readonly string[] = [],
  ): Promise<Array<Record<string, unknown>>> {
    const statement =
      values.length === 0 ? sql : `EXECUTE IMMEDIATE '${sql.replace(/'/g, "''")}' USING ${values.join(', ')}`;
    const headers = {
      'x-trino-user': 'audit',
      'x-trino-catalog': 'awsdatacatalog',
      'x-trino-schema': database,
      'x-trino-time-zone': 'UTC',
    };
    let answer = await this.ask(`${this.url}/v1/statement`, { method: 'POST', headers, body: statement });
    const rows: Row[] = [];
    let columns: string[] = [];
    for (;;) {
      if (answer.error) throw new Error(answer.error.message);
      if (answer.columns) columns = answer.columns.map(({ name }) => name);
      rows.push(...(answer.data ?? []));
      if (!answer.nextUri) {
        return rows.map((row) => Object.fromEntries(row.map((value, index) => [columns[index], value])));
      }
      answer = await this.ask(answer.nextUri, { headers });
    }
  }

  public async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = new Promise((done) => this.child.once('exit', done));
    this.child.stdin!.end();
    const kill = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(kill);
  }

  private async ask(url: string, request: RequestInit): Promise<Answer> {
    const response = await fetch(url, request);
    if (!response.ok) throw new Error(`Trino answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  }
}
