import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { SaxesParser } from 'saxes';
import { assess } from '../../../src/assurance/assessment';
import type { KnownFinding } from '../../../src/assurance/findings/baseline-file';
import { FindingLevel } from '../../../src/assurance/findings/level';
import { review, type Review } from '../../../src/assurance/findings/review';
import { selectionOf } from '../../../src/assurance/findings/selection';
import { FORMATS, render, type Format } from '../../../src/assurance/output/formats';
import type { TemplateInput } from '../../../src/assurance/template/assembly';
import { VERSION } from '../../../src/assurance/version';

const SARIF_SCHEMA = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
const OWN_SCHEMA = join(__dirname, '..', '..', '..', 'schema', 'prove-1.json');

const everyone = (Bucket: string) => ({
  Type: 'AWS::S3::BucketPolicy',
  Properties: {
    Bucket,
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` },
        { Effect: 'Allow', Principal: '*', Action: 's3:GetObjekt', Resource: `arn:aws:s3:::${Bucket}/*` },
      ],
    },
  },
});
const INPUT: TemplateInput = {
  stack: 'Stack',
  account: '111122223333',
  region: 'eu-west-1',
  source: { at: () => ({ file: 'cdk.out/Stack.template.json', line: 7, column: 5 }) },
  madeAt: { 'Stack/Odd "<name>" | &/Resource': join(process.cwd(), 'lib', 'stack.ts:12') },
  paths: { A: 'Stack/Odd "<name>" | &/Resource' },
  acknowledged: { 'Stack/C': { 'Strongbox::tls-only': 'a device\nwithout TLS' } },
  template: {
    Resources: {
      A: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'a' } },
      B: { Type: 'AWS::S3::Bucket' },
      D: {
        Type: 'AWS::S3::Bucket',
        Properties: { OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } },
      },
      C: { Type: 'AWS::S3::Bucket' },
      Policy: everyone('a'),
      Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: { Effect: 'maybe' } } } },
    },
  },
};
const known: KnownFinding[] = [
  { id: 'acls-disabled', path: 'Stack/B', level: FindingLevel.WARNING, count: 1 },
  { id: 'versioned', path: 'Stack/B', level: FindingLevel.WARNING, count: 2 },
];

function reviewed(): Review {
  return review(assess([INPUT]), {
    selection: selectionOf({ failOn: 'error' }),
    baseline: { file: 'strongbox-baseline.json', findings: known },
    inputs: [INPUT],
  });
}

const rendered = (format: Format) => render(reviewed(), format, { verbose: false });

test('the example has every kind of finding', () => {
  const { open, failing, accepted, known: old, gone } = reviewed();
  expect(new Set(open.map(({ level }) => level))).toEqual(new Set(['error', 'warning', 'advice']));
  expect(new Set(open.map(({ status }) => status))).toEqual(new Set(['error', 'violated', 'unknown', 'proved']));
  expect(open[0].path === '' || open[0].harm === 'open to the internet').toBe(true);
  for (const list of [failing, accepted, old, gone]) expect(list.length).toBeGreaterThan(0);
  expect(failing.length).toBeLessThan(open.length);
});

test.each(FORMATS)('%s is equal for equal input', (format) => {
  expect(rendered(format)).toBe(rendered(format));
});

test('json follows the published schema, and the schema refuses other fields', () => {
  const validate = new Ajv().compile(JSON.parse(readFileSync(OWN_SCHEMA, 'utf8')));
  const document = JSON.parse(rendered('json'));
  expect([validate(document), validate.errors]).toEqual([true, null]);
  expect(validate({ ...document, version: 2 })).toBe(false);
  expect(validate({ ...document, findings: [{ ...document.findings[0], level: 'bad' }] })).toBe(false);
  expect(validate({ ...document, findings: [{ ...document.findings[0], unheard: 1 }] })).toBe(false);
});

describe('sarif', () => {
  test('follows the schema of SARIF 2.1.0, which refuses a spoilt one', () => {
    const validate = new Ajv({ schemaId: 'id', unknownFormats: 'ignore', logger: false });
    validate.addMetaSchema(JSON.parse(readFileSync(require.resolve('ajv/lib/refs/json-schema-draft-04.json'), 'utf8')));
    const check = validate.compile(JSON.parse(readFileSync(SARIF_SCHEMA, 'utf8')));
    const document = JSON.parse(rendered('sarif'));
    expect([check(document), check.errors]).toEqual([true, null]);
    document.runs[0].results[0].level = 'fatal';
    expect(check(document)).toBe(false);
  });

  test('has rules with help, places in the app or the template, and suppressions with reasons', () => {
    const [{ tool, results }] = JSON.parse(rendered('sarif')).runs;
    expect(tool.driver).toMatchObject({ name: 'cdk-s3-strongbox', version: VERSION });
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
    for (const rule of tool.driver.rules) {
      expect(rule.helpUri).toMatch(/^https:\/\//);
      expect(rule.help.text).not.toBe('');
    }
    const of = (id: string, path: string) =>
      results.find((each: any) => {
        const [{ logicalLocations = [] }] = each.locations;
        return each.ruleId === `Strongbox::${id}` && logicalLocations[0]?.fullyQualifiedName === path;
      });
    expect(of('tls-only', 'Stack/Odd "<name>" | &').locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'lib/stack.ts' },
      region: { startLine: 12 },
    });
    expect(of('tls-only', 'Stack/B').locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'cdk.out/Stack.template.json' },
      region: { startLine: 7, startColumn: 5 },
    });
    expect(of('tls-only', 'Stack/C').suppressions).toEqual([
      { kind: 'inSource', justification: 'a device\nwithout TLS' },
    ]);
    expect(of('acls-disabled', 'Stack/B').suppressions).toMatchObject([{ kind: 'external' }]);
    expect(new Set(results.map((each: any) => each.partialFingerprints['strongbox/v1'])).size).toBe(results.length);
  });
});

test('junit is XML that counts what it has', () => {
  const counts = { cases: 0, failures: 0, skipped: 0 };
  let stated: Record<string, string> = {};
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testsuites') stated = attributes as Record<string, string>;
    if (name === 'testcase') counts.cases += 1;
    if (name === 'failure') counts.failures += 1;
    if (name === 'skipped') counts.skipped += 1;
  });
  parser.write(rendered('junit')).close();
  expect(stated).toMatchObject({
    tests: String(counts.cases),
    failures: String(counts.failures),
    skipped: String(counts.skipped),
  });
  const { failing, accepted, known: old } = reviewed();
  expect(counts.failures).toBe(failing.length);
  expect(counts.skipped).toBe(accepted.length + old.length);
});

test('github: one line for each finding, with file and line, and nothing that ends a property', () => {
  const lines = rendered('github').split('\n');
  const annotations = lines.filter((line) => line.startsWith('::'));
  const { open, gone } = reviewed();
  expect(annotations).toHaveLength(open.length + gone.length);
  for (const line of annotations) expect(line).toMatch(/^::(error|warning|notice) (\w+=[^:,]*,?)+::\S/);
  expect(annotations.find((line) => line.includes('(tls-only)'))).toMatch(
    /^::error file=lib\/stack\.ts,line=12,title=HTTPS only \(tls-only\)::/,
  );
});

test('markdown: rows that names of a template cannot break', () => {
  const text = rendered('markdown');
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  const cells = (row: string) => row.replace(/\\\|/g, '').split('|').length - 2;
  expect(rows.length).toBeGreaterThan(3);
  for (const row of rows) expect(cells(row)).toBe(5);
  expect(text).toContain('Anyone, without credentials, can call s3:GetObject on any object');
  expect(text).toContain('<details><summary>Accepted (1)</summary>');
});
