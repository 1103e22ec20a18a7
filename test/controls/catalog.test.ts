import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as strongbox from '../../src';
import { CATALOG } from '../../src/controls/catalog';

const CONTROLS = join(__dirname, '..', '..', 'src', 'controls');

/** Every file of a control, by its id. */
const files = readdirSync(CONTROLS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap((folder) =>
    readdirSync(join(CONTROLS, folder.name)).map((file) => ({ folder: folder.name, id: file.replace(/\.ts$/, '') })),
  );

test('one control is one row, one file, one test file and one export', () => {
  const ids = CATALOG.map(({ id }) => id).sort();
  expect(files.map(({ id }) => id).sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { folder, id } of files) expect(readdirSync(join(__dirname, folder))).toContain(`${id}.test.ts`);
  for (const { control } of CATALOG) expect(strongbox).toHaveProperty(control);
});

test.each(CATALOG)('$id has a docstring that names what it stops, sets, merges and the source', ({ id, control }) => {
  const { folder } = files.find((file) => file.id === id)!;
  const text = readFileSync(join(CONTROLS, folder, `${id}.ts`), 'utf8');
  const doc = text.slice(
    text.lastIndexOf('/**', text.indexOf(`export class ${control}`)),
    text.indexOf(`export class ${control}`),
  );
  for (const part of ['Stops:', 'Sets:', 'Merges:', '@see https://', '@example']) expect(doc).toContain(part);
});

test.each(CATALOG)('$id explains itself in the reports', (row) => {
  for (const text of [row.title, row.threat, row.guarantee]) expect(text).not.toBe('');
  expect(row.title).toMatch(/^[A-Z].*[^.]$/);
  expect(row.source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
});

test('every row names a guarantee that can be asked', () => {
  const folder = join(CONTROLS, '..', 'assurance', 'guarantees');
  const source = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const ids = new Set([...source.matchAll(/ id: '([a-z0-9-]+)'/g)].map(([, id]) => id));
  expect(CATALOG.map(({ guarantee }) => guarantee).filter((guarantee) => !ids.has(guarantee))).toEqual([]);
});
