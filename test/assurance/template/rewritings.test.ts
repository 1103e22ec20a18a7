import * as fc from 'fast-check';
import { assess } from '../../../src/assurance/assessment';
import { parseYaml } from '../../../src/assurance/template/yaml';
import { VerdictStatus } from '../../../src/assurance/verdict';

/** One template in other words says the same; what only the deployment knows never says more. */
const SUB = (text: string) => ({ 'Fn::Sub': text });
const BLOCKED = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const template = (action: string, blocked: boolean) => ({
  Resources: {
    Docs: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: 'the-docs',
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: { ...BLOCKED, RestrictPublicBuckets: blocked },
      },
    },
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: 'the-docs',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource: ['arn:aws:s3:::the-docs', 'arn:aws:s3:::the-docs/*'],
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
            { Effect: 'Allow', Principal: '*', Action: action, Resource: 'arn:aws:s3:::the-docs/*' },
          ],
        },
      },
    },
  },
});
type Template = any;

function verdicts(source: Template, parameters: Record<string, string> = {}): Record<string, VerdictStatus> {
  const { judgements } = assess([{ stack: 'App', template: source, parameters }]);
  return Object.fromEntries(
    judgements.map(({ verdict }) => [`${verdict.subject} ${verdict.guarantee}`, verdict.status]),
  );
}

/** Replaces the value at one of the places below `Properties`. */
function rewritten(
  source: Template,
  pick: number,
  rewrite: (value: any) => any,
  fits: (value: any) => boolean,
): Template {
  const copy = structuredClone(source);
  const places: Array<[any, string | number]> = [];
  const walk = (owner: any, key: string | number, depth: number) => {
    const value = owner[key];
    if (depth > 0 && fits(value)) places.push([owner, key]);
    if (typeof value === 'object' && value !== null) Object.keys(value).forEach((each) => walk(value, each, depth + 1));
  };
  for (const resource of Object.values<any>(copy.Resources)) walk(resource, 'Properties', 0);
  const [owner, key] = places[pick % places.length];
  owner[key] = rewrite(owner[key]);
  return copy;
}
const isText = (value: unknown) => typeof value === 'string';
const anything = () => true;

const inputs = {
  source: fc.record({ action: fc.constantFrom('s3:GetObject', 's3:PutObject', 's3:*'), blocked: fc.boolean() }),
  pick: fc.nat(200),
};
const RUNS = { numRuns: 25, seed: 20 };

describe('the same verdicts', () => {
  const holds = (rewrite: (value: any) => any, fits: (value: any) => boolean, more: object = {}, given = {}) =>
    fc.assert(
      fc.property(inputs.source, inputs.pick, ({ action, blocked }, pick) => {
        const source = template(action, blocked);
        const other = { ...rewritten(source, pick, rewrite, fits), ...more };
        expect(verdicts(other, given)).toEqual(verdicts(source));
      }),
      RUNS,
    );

  test('a subtree under Fn::If of a condition that holds', () => {
    holds((value) => ({ 'Fn::If': ['Yes', value, { Ref: 'AWS::NoValue' }] }), anything, {
      Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] } },
    });
    holds(
      (value) => ({ 'Fn::If': ['No', 'nonsense', value] }),
      anything,
      {
        Conditions: { No: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }] } },
        Parameters: { Stage: { Type: 'String' } },
      },
      { Stage: 'prod' },
    );
  });

  test('texts as Fn::Sub, Fn::Join, Fn::Select and Fn::Split', () => {
    holds((value: string) => SUB(value.replaceAll('${', '${!')), isText);
    holds((value: string) => ({ 'Fn::Join': ['', [value.slice(0, 3), value.slice(3)]] }), isText);
    holds((value: string) => ({ 'Fn::Select': ['1', ['x', value]] }), isText);
    holds((value: string) => ({ 'Fn::Select': [0, { 'Fn::Split': ['|', `${value}|rest`] }] }), isText);
  });

  test('YAML instead of JSON', () => {
    fc.assert(
      fc.property(inputs.source, ({ action, blocked }) => {
        const source = template(action, blocked);
        // JSON is YAML.
        const { template: read } = parseYaml(JSON.stringify(source, undefined, 2), 'app.yaml');
        expect(read).toEqual(source);
        expect(verdicts(read)).toEqual(verdicts(source));
      }),
      RUNS,
    );
  });

  test('a text in a parameter that is given, or in a mapping', () => {
    fc.assert(
      fc.property(inputs.source, inputs.pick, ({ action, blocked }, pick) => {
        const source = template(action, blocked);
        let text = '';
        const moved = rewritten(source, pick, (value) => ((text = value), { Ref: 'Moved' }), isText);
        expect(verdicts({ ...moved, Parameters: { Moved: { Type: 'String' } } }, { Moved: text })).toEqual(
          verdicts(source),
        );
        const mapped = rewritten(source, pick, () => ({ 'Fn::FindInMap': ['Map', 'one', 'two'] }), isText);
        expect(verdicts({ ...mapped, Mappings: { Map: { one: { two: text } } } })).toEqual(verdicts(source));
      }),
      RUNS,
    );
  });
});

test('a subtree under a condition that only the deployment knows: never a better verdict', () => {
  const order = [VerdictStatus.VIOLATED, VerdictStatus.UNKNOWN, VerdictStatus.PROVED];
  fc.assert(
    fc.property(inputs.source, inputs.pick, fc.boolean(), ({ action, blocked }, pick, first) => {
      const source = template(action, blocked);
      const none = { Ref: 'AWS::NoValue' };
      const open = {
        ...rewritten(
          source,
          pick,
          (value) => ({ 'Fn::If': ['Open', ...(first ? [value, none] : [none, value])] }),
          anything,
        ),
        Parameters: { Stage: { Type: 'String' } },
        Conditions: { Open: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
      };
      const found = verdicts(open);
      for (const [name, status] of Object.entries(verdicts(source))) {
        if (found[name] !== undefined) expect(order.indexOf(found[name])).toBeLessThanOrEqual(order.indexOf(status));
      }
    }),
    RUNS,
  );
});

describe('bad input: a sentence, never a crash', () => {
  const said = (source: unknown): string => {
    try {
      return assess([{ stack: 'App', template: source as Template }]).problems.join('\n');
    } catch (error) {
      expect((error as Error).name).toBe('TemplateError');
      return (error as Error).message;
    }
  };
  const bucket = (value: unknown) => ({ Resources: { Docs: { Type: 'AWS::S3::Bucket', Properties: value } } });

  test('references in a circle', () => {
    const circle = { Ref: 'Other' };
    const source = {
      Resources: {
        Docs: { Type: 'AWS::S3::Bucket', Properties: { BucketName: circle } },
        Other: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'Docs' } } },
      },
    };
    expect(said(source)).toMatch(/a circle/);
    const conditions = { A: { Condition: 'B' }, B: { Condition: 'A' } };
    expect(said({ Conditions: conditions, Resources: { Docs: { Type: 'AWS::S3::Bucket', Condition: 'A' } } })).toMatch(
      /a circle/,
    );
  });

  test('200 levels', () => {
    let value: unknown = 'x';
    for (let level = 0; level < 300; level++) value = { 'Fn::Join': ['', [value]] };
    expect(said(bucket({ BucketName: value }))).toMatch(/App, Docs\.BucketName leads through more than 200/);
  });

  test('wrong shapes everywhere', () => {
    const shapes = fc.constantFrom<unknown>(
      null,
      7,
      true,
      'text',
      [],
      {},
      [[]],
      { Ref: 7 },
      { 'Fn::GetAtt': [] },
      { 'Fn::If': ['x'] },
    );
    fc.assert(
      fc.property(inputs.pick, shapes, (pick, shape) => {
        const source = rewritten(template('s3:GetObject', true), pick, () => shape, anything);
        expect(typeof said(source)).toBe('string');
      }),
      { numRuns: 120, seed: 7 },
    );
    for (const section of ['Conditions', 'Mappings', 'Parameters', 'Outputs', 'Resources', 'Transform', 'Metadata']) {
      for (const shape of [null, 7, 'text', [], [7], { A: 7 }, { A: null }]) {
        expect(typeof said({ ...template('s3:GetObject', true), [section]: shape })).toBe('string');
      }
    }
  });
});
