import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { advisoriesOf } from '../scripts/supply-chain';
import { type Bundle, bundle, ROOT } from '../scripts/supply-chain/bundles';
import { notice, packageVersion, sbom } from '../scripts/supply-chain/documents';
import { misfits, type Shipped, shippedBy } from '../scripts/supply-chain/shipped';

const FOLDERS = ['one', 'two'].map((name) => join(ROOT, 'test', '.tmp', `bundles-${name}`));
let bundles: Bundle[];
let shipped: Shipped[];

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(join(folder, file)).isFile())
    .sort();

beforeAll(async () => {
  [bundles] = await Promise.all(FOLDERS.map(bundle));
  shipped = shippedBy(bundles);
}, 120_000);
afterAll(() => FOLDERS.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

test('two builds are the same byte for byte, maps included, and name no place of this machine', () => {
  const [one, two] = FOLDERS.map(filesOf);
  expect(one).toEqual(two);
  expect(one.filter((file) => file.endsWith('.map')).length).toBeGreaterThanOrEqual(6);
  for (const file of one) {
    const [a, b] = FOLDERS.map((folder) => readFileSync(join(folder, file)));
    expect([file, a.equals(b)]).toEqual([file, true]);
    expect([file, a.includes(ROOT)]).toEqual([file, false]);
  }
});

test('what is in assets/ is what the sources make', () => {
  for (const file of filesOf(FOLDERS[0]).filter((each) => !each.endsWith('.map'))) {
    expect([file, readFileSync(join(ROOT, 'assets', file)).equals(readFileSync(join(FOLDERS[0], file)))]).toEqual([
      file,
      true,
    ]);
  }
});

test('NOTICE and the bill of materials name all that ships, and are up to date: else run "npm run bundle"', () => {
  expect(readFileSync(join(ROOT, 'NOTICE'), 'utf8')).toBe(notice(shipped));
  expect(readFileSync(join(ROOT, 'assets', 'sbom.cdx.json'), 'utf8')).toBe(sbom(shipped, packageVersion()));
  expect(sbom(shipped, packageVersion())).toBe(sbom(shipped, packageVersion()));
});

test('every package whose code is in a map of a bundle is named with that bundle', () => {
  const maps = filesOf(FOLDERS[0]).filter((file) => file.endsWith('.map'));
  for (const map of maps) {
    const { sources } = JSON.parse(readFileSync(join(FOLDERS[0], map), 'utf8')) as { sources: string[] };
    for (const source of sources) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1];
      if (name === undefined) continue;
      const places = shipped.filter((each) => each.name === name).flatMap((each) => each.places);
      expect([name, places]).toEqual([name, expect.arrayContaining([`assets/${map.split('/')[0]}`])]);
    }
  }
});

test('files that are made of the data of others are where the list says', () => {
  for (const place of new Set(shipped.flatMap(({ places }) => places).filter((each) => each.startsWith('lib/')))) {
    expect([place, existsSync(join(ROOT, place.replace(/^lib/, 'src').replace(/\.js$/, '.ts')))]).toEqual([
      place,
      true,
    ]);
  }
});

test(
  'the bill of materials is CycloneDX 1.6: a type, a name, a version, a licence and a hash for each, ' +
    'and no reference that leads nowhere',
  () => {
    const bom = JSON.parse(sbom(shipped, '1.2.3')) as any;
    expect(bom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      version: 1,
      metadata: { component: { purl: 'pkg:npm/cdk-s3-strongbox@1.2.3' } },
    });
    expect(bom.serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(JSON.parse(sbom(shipped, '1.2.4')).serialNumber).not.toBe(bom.serialNumber);
    expect(bom.components.length).toBe(shipped.length);
    for (const component of bom.components) {
      expect(component).toMatchObject({
        type: 'library',
        name: expect.any(String),
        version: expect.stringMatching(/^\d+\.\d+/),
        'bom-ref': component.purl,
      });
      expect(component.purl).toMatch(/^pkg:npm\/(%40[^/]+\/)?[^@/]+@\d/);
      expect(component.hashes[0].content).toMatch(/^[0-9a-f]{128}$/);
      expect(component.properties.length).toBeGreaterThan(0);
    }
    const refs = new Set([bom.metadata.component['bom-ref'], ...bom.components.map((each: any) => each['bom-ref'])]);
    for (const { ref, dependsOn = [] } of bom.dependencies) {
      for (const each of [ref, ...dependsOn]) expect(refs).toContain(each);
    }
  },
);

test('every licence fits Apache-2.0, and one that does not is named with the way out', () => {
  expect(misfits(shipped)).toEqual([]);
  expect(shipped.filter(({ license, copyright }) => license !== 'Apache-2.0' && copyright.length === 0)).toEqual([]);
  expect(
    misfits([{ name: 'x', version: '1.0.0', license: 'GPL-3.0-only', copyright: [], places: ['assets/view-copy'] }]),
  ).toEqual([
    expect.stringMatching(
      /^x@1\.0\.0 in assets\/view-copy is under GPL-3\.0-only, which must be one of Apache-2\.0.*Use another package/,
    ),
  ]);
});

test('advisories: what ships is told from what only builds, and no answer is none of "nothing found"', () => {
  const report = JSON.stringify({ vulnerabilities: { saxes: { severity: 'high' }, jest: { severity: 'low' } } });
  expect(advisoriesOf(report, new Set(['saxes']))).toEqual([
    { name: 'saxes', severity: 'high', ships: true },
    { name: 'jest', severity: 'low', ships: false },
  ]);
  expect(advisoriesOf(JSON.stringify({ vulnerabilities: {} }), new Set())).toEqual([]);
  for (const answer of [
    '',
    'not found',
    JSON.stringify({ error: { code: 'ENOAUDIT' } }),
    JSON.stringify({ message: 'disabled' }),
  ]) {
    expect(advisoriesOf(answer, new Set())).toBeUndefined();
  }
});
