import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import type { Page } from './chromium';
import { assess } from '../../src/assurance/assessment';
import { review } from '../../src/assurance/findings/review';
import { selectionOf } from '../../src/assurance/findings/selection';
import { renderReport } from '../../src/assurance/report/html';
import { readAssembly } from '../../src/assurance/template/assembly';
import { ROOT } from '../delivery/pack';

const EXAMPLE = 'data-lake-teams';

/** Makes docs/images/report.png: the first screen of the report of an example. */
export async function pictureOfReport(page: Page, folder: string): Promise<void> {
  const outdir = mkdtempSync(join(tmpdir(), 'strongbox-report-'));
  try {
    execFileSync(
      join(ROOT, 'node_modules', '.bin', 'tsx'),
      ['--tsconfig', join(ROOT, 'test', 'tsconfig.json'), join(ROOT, 'examples', EXAMPLE, 'app.ts')],
      { env: { ...process.env, CDK_OUTDIR: outdir, CDK_VALIDATION: 'false' }, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const inputs = readAssembly(outdir);
    const file = join(folder, 'example.html');
    const reviewed = review(assess(inputs), { selection: selectionOf({}), inputs });
    writeFileSync(
      file,
      renderReport(reviewed, { title: EXAMPLE, templates: inputs, command: 'cdk-s3-strongbox prove cdk.out' }),
    );
    await page.look(1160, 1560);
    await page.visit(pathToFileURL(file).href);
    const shot = join(folder, 'example.png');
    await page.picture(shot);
    mkdirSync(join(ROOT, 'docs', 'images'), { recursive: true });
    await sharp(shot)
      .png({ palette: true, colours: 64, effort: 10, compressionLevel: 9 })
      .toFile(join(ROOT, 'docs', 'images', 'report.png'));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
