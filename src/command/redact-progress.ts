import { Transform } from 'node:stream';
import type { Terminal } from './subcommand';

/** Short runs need no progress. */
const FIRST_PROGRESS_MS = 1000;
const PROGRESS_MS = 250;
const BAR_CELLS = 24;

/** A line about how far it is, on a screen only. */
export class Progress {
  private readonly begun = Date.now();
  private next = this.begun + FIRST_PROGRESS_MS;
  private bytes = 0;
  private shown = false;

  constructor(
    private readonly terminal: Terminal,
    private readonly total: number | undefined,
    private readonly quiet: boolean,
  ) {}

  public meter(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.bytes += chunk.length;
        this.show();
        done(undefined, chunk);
      },
    });
  }

  public end(): void {
    if (this.shown) this.terminal.err('\r\u001b[K');
    this.shown = false;
  }

  private show(): void {
    const now = Date.now();
    if (this.quiet || !this.terminal.isScreen || now < this.next) return;
    this.next = now + PROGRESS_MS;
    this.shown = true;
    const rate = this.bytes / (now - this.begun) / 1000;
    const done = `${(this.bytes / 1e6).toFixed(0)} MB, ${rate.toFixed(0)} MB/s`;
    if (this.total === undefined || this.total === 0) {
      this.terminal.err(`\r\u001b[K${done}`);
      return;
    }
    const share = Math.min(1, this.bytes / this.total);
    const cells = Math.round(share * BAR_CELLS);
    const left = Math.round((this.total - this.bytes) / 1e6 / rate);
    this.terminal.err(
      `\r\u001b[K[${'#'.repeat(cells)}${'.'.repeat(BAR_CELLS - cells)}] ${Math.floor(share * 100)} % of ` +
        `${(this.total / 1e6).toFixed(0)} MB, ${rate.toFixed(0)} MB/s, ${left} s left`,
    );
  }
}
