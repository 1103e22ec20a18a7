import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AuditedStoreStack } from '../examples/audited-store/store';
import { blocksOf, filled, SAMPLES } from '../scripts/audit/answers';

// The example imports the library by its published name.
jest.mock('cdk-s3-strongbox', () => jest.requireActual('../src'), { virtual: true });

const read = (name: string) => readFileSync(join(__dirname, '..', name), 'utf8');
/** What `npm run audit` compares with its own run of the queries. */
const ANSWERS = blocksOf(read('docs/audit-answers.md'));

test('every named query has a sample answer, with rows', () => {
  const stack = new AuditedStoreStack(new App(), 'AuditedStore', {
    env: { account: '111122223333', region: 'eu-west-1' },
  });
  const names = Object.values(Template.fromStack(stack as Stack).findResources('AWS::Athena::NamedQuery')).map(
    ({ Properties }) => Properties.Name,
  );
  expect([...ANSWERS.keys()].sort()).toEqual(names.sort());
  expect(SAMPLES.map(({ query }) => query).sort()).toEqual(names.sort());
  for (const [query, text] of ANSWERS) {
    const { columns } = SAMPLES.find((sample) => sample.query === query)!;
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    expect(rows[0]).toBe(`| ${columns.join(' | ')} |`);
    expect(rows.length).toBeGreaterThan(1);
  }
});

test.each<[string, number]>([
  ['docs/audit.md', 1],
  ['examples/audited-store/README.md', 5],
])('%s repeats answers of the run', (name, count) => {
  const blocks = blocksOf(read(name));
  expect(blocks.size).toBe(count);
  for (const [query, text] of blocks) expect(text).toBe(ANSWERS.get(query));
});

test('a page with another answer is noticed', () => {
  const page = '<!-- answer: deletes -->\n\nold\n\n<!-- end -->\n';
  const now = filled(page, new Map([['deletes', 'new']]));
  expect(now).toBe('<!-- answer: deletes -->\n\nnew\n\n<!-- end -->\n');
  expect(filled(now, new Map([['deletes', 'new']]))).toBe(now);
});
