import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const PROGRAM = '/usr/bin/chromium';
const PATIENCE_MS = 15_000;

interface Reply {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: any;
  readonly result?: any;
  readonly error?: { readonly message: string };
}

/** Debian's Chromium without a window, driven by its own protocol over two pipes: no package stands between. */
export class Chromium {
  /** Debian's packages of the browser, and the program that makes the certificate of the sites it visits. */
  public static readonly PACKAGES = ['chromium', 'openssl'];

  public static isInstalled(): boolean {
    return existsSync(PROGRAM);
  }

  /**
   * @param folder of its profile and of what it saves
   * @param port on this machine, where every site of the internet is for it
   */
  public static async start(folder: string, port: number): Promise<Chromium> {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const child = spawn(
      PROGRAM,
      [
        '--headless=new',
        '--remote-debugging-pipe',
        `--user-data-dir=${join(folder, 'profile')}`,
        `--host-resolver-rules=MAP * 127.0.0.1:${port}`,
        '--ignore-certificate-errors',
        '--no-proxy-server',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-gpu',
        '--window-size=900,620',
        '--lang=en',
        // Its sandbox does not work for root; the sites are our own.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    const browser = new Chromium(child);
    await browser.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: browser.saved(folder) });
    return browser;
  }

  private readonly waiting = new Map<number, { resolve: (result: any) => void; reject: (error: Error) => void }>();
  private readonly listeners = new Map<string, (method: string, params: any) => void>();
  private next = 1;

  private constructor(private readonly child: ChildProcess) {
    let rest = '';
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop()!;
      for (const message of messages) this.take(JSON.parse(message) as Reply);
    });
    const gone = (why: string) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`Chromium ${why}`));
      this.waiting.clear();
    };
    child.once('error', (error) => gone(`did not start: ${error.message}`));
    child.once('exit', (code, signal) => gone(`ended with ${signal ?? code}`));
  }

  /** Where it saves what is downloaded. */
  public saved(folder: string): string {
    return join(folder, 'saved');
  }

  public async open(): Promise<Page> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page((method, params) => this.send(method, params, sessionId));
    this.listeners.set(sessionId, (method, params) => page.heard(method, params));
    for (const domain of ['Page', 'Runtime', 'DOM', 'Log']) await this.send(`${domain}.enable`, {}, sessionId);
    return page;
  }

  public async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
  }

  private send(method: string, params: object, sessionId?: string): Promise<any> {
    const id = this.next;
    this.next += 1;
    (this.child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  private take({ id, sessionId, method, params, result, error }: Reply): void {
    if (id === undefined) {
      this.listeners.get(sessionId ?? '')?.(method!, params);
      return;
    }
    const { resolve, reject } = this.waiting.get(id)!;
    this.waiting.delete(id);
    if (error) reject(new Error(error.message));
    else resolve(result);
  }
}

/** One tab, used as people use it: it is looked at, clicked, typed into. */
export class Page {
  /** What its console complains of. */
  public readonly complaints: string[] = [];

  public constructor(private readonly send: (method: string, params: object) => Promise<any>) {}

  public heard(method: string, params: any): void {
    if (method === 'Log.entryAdded' && params.entry.level === 'error') {
      this.complaints.push(`${params.entry.text} ${params.entry.url ?? ''}`);
    }
    if (method === 'Runtime.exceptionThrown') {
      this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    }
  }

  public async visit(url: string): Promise<void> {
    const { errorText } = await this.send('Page.navigate', { url });
    if (errorText) throw new Error(`${url}: ${errorText}`);
    await this.until(
      `location.href.startsWith(${JSON.stringify(url.startsWith('http') ? new URL(url).origin : url)}) && document.readyState === 'complete'`,
    );
  }

  /** The value of an expression, awaited. @throws what it throws */
  public async evaluate(expression: string): Promise<any> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits for an expression to be true, also across navigations. */
  public async until(expression: string): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      if (await this.evaluate(expression).catch(() => false)) return;
      if (Date.now() > end) {
        throw new Error(
          `${expression} does not become true; the page shows: ` +
            `${await this.evaluate('document.body.innerText').catch(String)}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  public async click(selector: string): Promise<void> {
    await this.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
  }

  public async type(selector: string, text: string): Promise<void> {
    await this.evaluate(
      `document.querySelector(${JSON.stringify(selector)}).value = ''; ` +
        `document.querySelector(${JSON.stringify(selector)}).focus()`,
    );
    await this.send('Input.insertText', { text });
  }

  public async choose(selector: string, file: string): Promise<void> {
    const { root } = await this.send('DOM.getDocument', {});
    const { nodeId } = await this.send('DOM.querySelector', { nodeId: root.nodeId, selector });
    await this.send('DOM.setFileInputFiles', { nodeId, files: [file] });
  }

  public async picture(file: string): Promise<void> {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    writeFileSync(file, Buffer.from(data, 'base64'));
  }

  /** The size of the screen in CSS pixels, and how it is looked at. */
  public async look(width: number, height: number, media: 'screen' | 'print' = 'screen', dark = false): Promise<void> {
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await this.send('Emulation.setEmulatedMedia', {
      media,
      features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }],
    });
  }

  /** Whether scripts of the page run from the next visit on. */
  public async scripts(run: boolean): Promise<void> {
    await this.send('Emulation.setScriptExecutionDisabled', { value: !run });
  }

  public async press(key: string): Promise<void> {
    const text = key.length === 1 ? key : undefined;
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key });
  }
}
