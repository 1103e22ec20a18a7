import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from './chromium';
import { assess } from '../../src/assurance/assessment';
import { review } from '../../src/assurance/findings/review';
import { selectionOf } from '../../src/assurance/findings/selection';
import { renderReport } from '../../src/assurance/report/html';

/** A fact about a page. */
export interface Check {
  readonly what: string;
  /** @returns what is wrong, if anything is */
  readonly run: () => Promise<string | undefined>;
}

const BUCKETS = 50;
const PRINCIPALS = 500;

/** Buckets with a policy each, every seventh open over HTTP, and roles of which each reads a prefix of one. */
function template(): Record<string, unknown> {
  const resources: Record<string, unknown> = {};
  for (let b = 0; b < BUCKETS; b++) {
    const name = `acme-data-${b}`;
    resources[`Data${b}`] = {
      Type: 'AWS::S3::Bucket',
      Properties: { BucketName: name, OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
    };
    resources[`Policy${b}`] = {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: name,
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Deny',
            Principal: '*',
            Action: b % 7 === 3 ? 's3:PutObject' : 's3:*',
            Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        },
      },
    };
  }
  for (let p = 0; p < PRINCIPALS; p++) {
    resources[`Team${p}`] = {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: `team-${p}`,
        AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
        Policies: [
          {
            PolicyName: 'Read',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: {
                Effect: 'Allow',
                Action: ['s3:GetObject'],
                Resource: `arn:aws:s3:::acme-data-${p % BUCKETS}/team-${p % 3}/*`,
              },
            },
          },
        ],
      },
    };
  }
  return { Resources: resources };
}

/** The report of `prove` in a browser, at the size of a large app. */
export function reportChecks(page: Page, folder: string): Check[] {
  const file = join(folder, 'report.html');
  const url = pathToFileURL(file).href;
  const fits = async (width: number) => {
    const wide = Number(await page.evaluate('document.documentElement.scrollWidth'));
    return wide <= width ? undefined : `${wide} px wide on a screen of ${width}`;
  };
  const visible = 'document.querySelectorAll("details.bucket:not([data-hidden])").length';
  return [
    {
      what: `the report of ${BUCKETS} buckets and ${PRINCIPALS} principals opens within a second`,
      run: async () => {
        const inputs = [{ stack: 'App', template: template() as never, account: '111122223333', region: 'eu-west-1' }];
        const reviewed = review(assess(inputs), { selection: selectionOf({}) });
        writeFileSync(file, renderReport(reviewed, { title: 'A large app', templates: inputs }));
        await page.look(1280, 900);
        await page.visit(url);
        const end = 'performance.getEntriesByType("navigation")[0].loadEventEnd';
        await page.until(`${end} > 0`);
        await page.picture(join(folder, 'report.png'));
        const ms = Number(await page.evaluate(end));
        return ms < 1000 ? undefined : `it took ${Math.round(ms)} ms`;
      },
    },
    {
      what: 'every principal stands in the lists, and administrators and strangers have a row with each bucket',
      run: async () => {
        const teams = await page.evaluate(
          'new Set([...document.querySelectorAll("tr[data-who]")].map((row) => row.dataset.who)' +
            '.filter((who) => /Team\\d+$/.test(who))).size',
        );
        const strangers = await page.evaluate(
          'document.querySelectorAll("tr[data-who=\'Anybody, without credentials\']").length',
        );
        return teams === PRINCIPALS && strangers === BUCKETS ? undefined : `${teams} teams, ${strangers} strangers`;
      },
    },
    { what: 'nothing is wider than the screen', run: () => fits(1280) },
    {
      what: 'a filter leaves the one bucket, and is in the address',
      run: async () => {
        await page.type('#filters [name=bucket]', 'App/Data13');
        const shown = await page.evaluate(visible);
        const hash = await page.evaluate('location.hash');
        return shown === 1 && hash === '#?bucket=App%2FData13' ? undefined : `${shown} shown, ${hash}`;
      },
    },
    {
      what: 'Escape shows all again, and / goes to the filter',
      run: async () => {
        await page.press('Escape');
        await page.until(`${visible} === ${BUCKETS}`);
        await page.evaluate('document.activeElement.blur()');
        await page.press('/');
        return (await page.evaluate('document.activeElement.name')) === 'bucket' ? undefined : 'the focus is elsewhere';
      },
    },
    {
      what: 'an address with a filter opens filtered',
      run: async () => {
        await page.visit('about:blank');
        await page.visit(`${url}#?guarantee=tls-only`);
        const others = await page.evaluate(
          '[...document.querySelectorAll("[data-guarantee]:not([data-hidden])")]' +
            '.filter((row) => !row.dataset.guarantee.includes("tls-only")).length',
        );
        return others === 0 ? undefined : `${others} rows of other guarantees`;
      },
    },
    {
      what: 'a line of the picture leads to its row, with the statements open',
      run: async () => {
        await page.visit(`${url}#top`);
        await page.evaluate('location.hash = document.querySelector("a.edge").getAttribute("href")');
        await page.until('document.querySelector("tr:target details")?.open === true');
        return (await page.evaluate('document.querySelector("tr:target details").checkVisibility()'))
          ? undefined
          : 'the row is not visible';
      },
    },
    {
      what: 'until here the console has nothing to complain of, and nothing was loaded',
      run: async () =>
        [
          ...page.complaints,
          ...(await page.evaluate('performance.getEntriesByType("resource").map(({ name }) => name)')),
        ]
          .join('; ')
          .slice(0, 300) || undefined,
    },
    {
      what: 'on a phone of 390 px nothing is wider than the screen',
      run: async () => {
        await page.look(390, 844);
        await page.picture(join(folder, 'report-phone.png'));
        return fits(390);
      },
    },
    {
      what: 'in the dark the page is dark',
      run: async () => {
        await page.look(1280, 900, 'screen', true);
        await page.picture(join(folder, 'report-dark.png'));
        const colour = String(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
        const [red] = /\d+/.exec(colour)!;
        return Number(red) < 60 ? undefined : colour;
      },
    },
    {
      what: 'on paper every section is printed whole, without filters',
      run: async () => {
        await page.look(794, 1123, 'print');
        const closed = await page.evaluate(
          '[...document.querySelectorAll("details.bucket table, .provenance table")]' +
            '.filter((table) => table.getClientRects().length === 0).length',
        );
        const form = await page.evaluate('document.querySelector("#filters").getClientRects().length');
        return closed === 0 && form === 0 ? fits(794) : `${closed} tables are closed, the filters ${form}`;
      },
    },
    {
      what: 'without a script the tables and the picture are there, and no filter',
      run: async () => {
        await page.look(1280, 900);
        await page.scripts(false);
        await page.visit('about:blank');
        await page.visit(url);
        await page.scripts(true);
        const [rows, edges, hidden] = await page.evaluate(
          '[document.querySelectorAll("tr[data-who]").length, document.querySelectorAll("a.edge").length, ' +
            'document.querySelector("#filters").hidden]',
        );
        return rows > PRINCIPALS && edges > 0 && hidden
          ? undefined
          : `${rows} rows, ${edges} edges, filters ${!hidden}`;
      },
    },
  ];
}
