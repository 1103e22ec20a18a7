/**
 * examples/upload-portal in a real browser: its page, its issuer as deployed, its CORS, and Ceph's S3 gateway as the
 * bucket. A customer signs in, uploads, downloads and is refused; another page is kept out. Pictures of the page lie in
 * `build/browser/`.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { join, relative } from 'node:path';
import { Chromium, type Page } from './browser/chromium';
import { reportChecks, type Check } from './browser/report';
import { pictureOfReport } from './browser/report-picture';
import { ELSEWHERE, PORTAL, Sites } from './browser/sites';
import { recordCounts } from './delivery/counts';
import { ROOT } from './delivery/pack';
import { Failure, paint, runScript, say, Steps } from './delivery/terminal';
import { DeployedIssuer } from './e2e/issuer';
import { KMS_KEY_ARN, PACKAGES, Radosgw } from './e2e/radosgw';

const FOLDER = join(ROOT, 'build', 'browser');
const PDF = 'application/pdf';

async function main(): Promise<boolean> {
  const flags = new Set(process.argv.slice(2));
  const unknown = [...flags].find((flag) => !['--install', '--report'].includes(flag));
  if (unknown) throw new Failure(`"${unknown}" is no option`, 'use --install, --report (its page alone), or nothing');
  if (flags.has('--report')) return reportAlone();
  install(flags.has('--install'));
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });

  const steps = new Steps(3);
  const stops: Array<() => unknown> = [];
  try {
    const server = await steps.run("Start Ceph's S3 gateway", () => Radosgw.start(join(FOLDER, 'ceph')));
    stops.push(() => server.stop());
    const { issuer, sites } = await steps.run('Deploy examples/upload-portal on it', async () => {
      const made = await DeployedIssuer.deploy(
        server,
        server.addUser('function'),
        server.client(server.addUser('owner')),
        synthesize,
      );
      stops.push(() => made.stop());
      const opened = await Sites.start(FOLDER, server, made);
      stops.push(() => opened.stop());
      return { issuer: made, sites: opened };
    });
    const browser = await steps.run('Start Chromium', () => Chromium.start(join(FOLDER, 'chromium'), sites.port));
    stops.push(() => browser.stop());
    const portal = new Portal(server, issuer, sites, await browser.open(), browser.saved(join(FOLDER, 'chromium')));
    return await report([
      ...portal.checks(),
      ...strangers(portal, await browser.open()),
      ...reportChecks(await browser.open(), FOLDER),
    ]);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** The page of `prove --report` alone, and its picture in the README: this needs no server. */
async function reportAlone(): Promise<boolean> {
  mkdirSync(FOLDER, { recursive: true });
  const browser = await Chromium.start(join(FOLDER, 'chromium'), 1);
  try {
    const passed = await report(reportChecks(await browser.open(), FOLDER));
    await pictureOfReport(await browser.open(), FOLDER);
    return passed;
  } finally {
    await browser.stop();
  }
}

function install(allowed: boolean): void {
  const missing = [...(Chromium.isInstalled() ? [] : Chromium.PACKAGES), ...(Radosgw.isInstalled() ? [] : PACKAGES)];
  if (missing.length === 0) return;
  if (!allowed) {
    throw new Failure(
      'the browser or the server is not installed',
      `run "npm run browser -- --install" as root, or: apt-get install --no-install-recommends ${missing.join(' ')}`,
    );
  }
  const options = { stdio: 'inherit' as const, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '--no-install-recommends', '-y', '-qq', ...missing], options);
}

/** Runs the example's own app. */
function synthesize(outdir: string): string {
  execFileSync(
    join(ROOT, 'node_modules', '.bin', 'tsx'),
    ['--tsconfig', join(ROOT, 'test', 'tsconfig.json'), join(ROOT, 'examples', 'upload-portal', 'app.ts')],
    {
      env: { ...process.env, CDK_OUTDIR: outdir, CDK_VALIDATION: 'false' },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  return 'UploadPortal.template.json';
}

/** The page, as a customer uses it. */
class Portal {
  private readonly name = 'Bericht für Ada (1).pdf';
  private readonly content = randomBytes(1_000_000);

  public constructor(
    private readonly server: Radosgw,
    public readonly issuer: DeployedIssuer,
    public readonly sites: Sites,
    private readonly page: Page,
    private readonly saved: string,
  ) {}

  /** In this order: each goes on where the last one ended. */
  public checks(): Check[] {
    const { page, sites } = this;
    const shown = (selector: string) =>
      page.evaluate(`!document.querySelector('${selector}').hidden`) as Promise<boolean>;
    return [
      {
        what: 'before the sign-in there is one button',
        run: async () => {
          await page.visit(`${PORTAL}/`);
          await this.picture('signed-out');
          return (await shown('#sign-in')) && !(await shown('#upload')) && !(await shown('#download'))
            ? undefined
            : 'the forms are there';
        },
      },
      {
        what: 'an answer to a sign-in that this page did not begin signs nobody in',
        run: async () => {
          await page.visit(`${PORTAL}/?${new URLSearchParams({ code: 'a-code', state: 'a-state' })}`);
          return (await shown('#sign-in')) && !(await shown('#upload')) ? undefined : 'somebody is signed in';
        },
      },
      {
        what: 'the customer signs in, and the address keeps nothing of it',
        run: async () => {
          await page.click('#sign-in');
          await page.until(
            'location.origin === "https://portal.example.com" && !document.querySelector("#upload").hidden',
          );
          const left = await page.evaluate('location.search + JSON.stringify(sessionStorage) + document.cookie');
          return left === '{}' ? undefined : String(left);
        },
      },
      {
        what: 'a document is uploaded',
        run: async () => {
          await this.upload(this.name, this.content);
          const wrong = await this.says(`${this.name} is stored.`);
          await this.picture('uploaded');
          return wrong;
        },
      },
      {
        what: "it is stored in the customer's folder, as what it is, under the bucket's key",
        run: () => this.isStored(this.name, this.content),
      },
      {
        what: 'the browser saves it as a file, byte for byte',
        run: async () => {
          await page.type('#name', this.name);
          await page.click('#download button');
          const file = join(this.saved, this.name);
          for (let i = 0; i < 200 && !existsSync(file); i++) await new Promise((resolve) => setTimeout(resolve, 50));
          if (!existsSync(file)) {
            return `saved is ${readdirSync(this.saved).join(', ')}; the page says ${await this.status()}`;
          }
          return readFileSync(file).equals(this.content) ? undefined : 'other bytes';
        },
      },
      {
        what: 'until here the console of the browser has nothing to complain of',
        run: async () => page.complaints.join('; ').slice(0, 500) || undefined,
      },
      {
        what: 'a document is uploaded by a form',
        run: async () => {
          const content = 'by a form';
          await page.evaluate(`import('./documents.js').then(({ uploadByForm }) => uploadByForm(
            { urlsEndpoint: '${sites.urlsEndpoint}' }, '${sites.tokenOf(sites.customer)}', new File(['${content}'], 'form.pdf', { type: '${PDF}' })))`);
          return this.isStored('form.pdf', Buffer.from(content));
        },
      },
      {
        what: 'a type that is not taken is refused in words',
        run: async () => {
          await this.upload('page.html', Buffer.from('<script>alert(1)</script>'));
          const wrong = await this.says('"contentType" must be one of application/pdf, image/png, image/jpeg.');
          await this.picture('refused');
          return wrong;
        },
      },
      {
        what: 'a document that is too big is refused in words',
        run: async () => {
          await this.upload('big.pdf', Buffer.alloc(20 * 1024 * 1024 + 1));
          return this.says('"size" must be 1 to 20971520 bytes.');
        },
      },
      {
        what: 'the way into the folder of another customer is refused in words',
        run: async () => {
          await page.type('#name', `../${randomUUID()}/a.pdf`);
          await page.click('#download button');
          return this.says('"key" holds "." or ".." as a folder.');
        },
      },
      {
        what: 'a document that is not there is told, and the customer stays on the page',
        run: async () => {
          await page.type('#name', 'none.pdf');
          await page.click('#download button');
          return this.says('There is no document of that name.');
        },
      },
      {
        what: 'the page sends to nobody but its sign-in, its API and its bucket',
        run: () =>
          page.evaluate(`fetch('${ELSEWHERE}/', { mode: 'no-cors' }).then(() => 'it was sent', () => undefined)`),
      },
      {
        what: 'when the sign-in has ended, the customer is told',
        run: async () => {
          sites.endTokens();
          await this.upload('late.pdf', Buffer.from('late'));
          return this.says('Your sign-in has ended. Reload the page and sign in again.');
        },
      },
      {
        what: 'another customer does not get the document by its name',
        run: async () => {
          sites.customer = randomUUID();
          await page.visit(`${PORTAL}/`);
          await page.click('#sign-in');
          await page.until('!document.querySelector("#upload").hidden');
          await page.type('#name', this.name);
          await page.click('#download button');
          return this.says('There is no document of that name.');
        },
      },
    ];
  }

  /** What the bucket has of a customer's document. */
  private async isStored(name: string, content: Buffer): Promise<string | undefined> {
    const {
      sites: { customer },
      issuer,
    } = this;
    const { url, key } = await issuer.issue(customer, { operation: 'get', key: name });
    if (key !== `customers/${customer}/${name}`) return key;
    const { pathname, search } = new URL(url);
    const response = await this.get(pathname + search);
    const found =
      `${response.status} ${response.headers['content-type']} ` +
      `${response.headers['x-amz-server-side-encryption-aws-kms-key-id']}`;
    if (found !== `200 ${PDF} ${KMS_KEY_ARN}`) return found;
    return response.body.equals(content) ? undefined : 'other bytes';
  }

  /** Past the browser, from the server itself. */
  private get(path: string): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
    const { hostname, port } = new URL(this.server.endpoint);
    const headers = { host: `${this.issuer.bucket}.s3.eu-central-1.amazonaws.com` };
    return new Promise((resolve, reject) => {
      request({ hostname, port, path, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(chunks) }),
        );
      })
        .once('error', reject)
        .end();
    });
  }

  private async upload(name: string, content: Buffer): Promise<void> {
    const file = join(FOLDER, name);
    writeFileSync(file, content);
    await this.page.choose('#file', file);
    await this.page.click('#upload button');
  }

  private status(): Promise<string> {
    return this.page.evaluate('document.querySelector("#status").textContent');
  }

  private async says(text: string): Promise<string | undefined> {
    await this.page
      .until(`document.querySelector("#status").textContent === ${JSON.stringify(text)}`)
      .catch(() => undefined);
    const said = await this.status();
    return said === text ? undefined : `the page says: ${said}`;
  }

  private picture(name: string): Promise<void> {
    return this.page.picture(join(FOLDER, `${name}.png`));
  }
}

/** A page of somebody else, with a token and a URL that it should not have: the browser does not let it use them. */
function strangers({ issuer, sites }: Portal, page: Page): Check[] {
  const tries = (expression: string) =>
    page.evaluate(`${expression}.then(({ status }) => 'the page is answered ' + status, () => undefined)`);
  const order = {
    operation: 'put',
    key: 'x.pdf',
    contentType: PDF,
    size: 1,
    checksumSha256: 'ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=',
  };
  return [
    {
      what: "another page cannot ask for a URL with a customer's token",
      run: async () => {
        await page.visit(`${ELSEWHERE}/`);
        return tries(
          `fetch('${sites.urlsEndpoint}', { method: 'POST', headers: { authorization: 'Bearer ` +
            `${sites.tokenOf(sites.customer)}' }, body: '{}' })`,
        );
      },
    },
    {
      what: "another page cannot upload with a customer's URL",
      run: async () => {
        const { url, headers } = await issuer.issue(sites.customer, order);
        return tries(`fetch('${url}', { method: 'PUT', headers: ${JSON.stringify(headers)}, body: 'a' })`);
      },
    },
    {
      what: "another page cannot read with a customer's URL",
      run: async () =>
        tries(`fetch('${(await issuer.issue(sites.customer, { operation: 'get', key: 'x.pdf' })).url}')`),
    },
  ];
}

async function report(checks: readonly Check[]): Promise<boolean> {
  say();
  let wrong = 0;
  for (const { what, run } of checks) {
    const error = await run().catch((thrown: Error) => thrown.message);
    if (error !== undefined) wrong += 1;
    say(
      `  ${error === undefined ? paint('green', 'ok  ') : paint('red', 'FAIL')} ` +
        `${what}${error === undefined ? '' : `: ${error}`}`,
    );
  }
  say();
  say(`${checks.length - wrong} as they should be, ${wrong} wrong. Pictures: ${relative(ROOT, FOLDER)}/*.png`);
  recordCounts(checks.length - wrong, wrong);
  return wrong === 0;
}

runScript(main);
