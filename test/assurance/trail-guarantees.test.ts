import { Guarantee, AuditGuarantees, Proof } from '../../src';

const selector = (...fields: Array<Record<string, unknown>>) => ({ FieldSelectors: fields });
const DATA = [
  { Field: 'eventCategory', Equals: ['Data'] },
  { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
];
const arn = (operators: Record<string, string[]>) => ({ Field: 'resources.ARN', ...operators });

function template(trail: Record<string, unknown>) {
  return {
    Resources: {
      Docs: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'docs' } },
      Trail: {
        Type: 'AWS::CloudTrail::Trail',
        Properties: { IsLogging: true, IsMultiRegionTrail: true, S3BucketName: 'trails', ...trail },
      },
    },
  };
}

const ask = (guarantee: Guarantee, trail: Record<string, unknown>) => () =>
  Proof.ofTemplate(template(trail), { account: '111122223333', region: 'eu-west-1' }).holds(guarantee);
const recorded = (trail: Record<string, unknown>) => ask(AuditGuarantees.objectEventsRecorded(), trail);
const excluded = (trail: Record<string, unknown>) =>
  ask(AuditGuarantees.trailTargetExcluded(), { ...trail, S3BucketName: 'docs' });

describe('every object event is recorded', () => {
  test.each<[string, Record<string, unknown>]>([
    ['all buckets', { AdvancedEventSelectors: [selector(...DATA)] }],
    ['the bucket', { AdvancedEventSelectors: [selector(...DATA, arn({ StartsWith: ['arn:aws:s3:::docs/'] }))] }],
    [
      'reads and writes by two selectors',
      {
        AdvancedEventSelectors: ['true', 'false'].map((value) =>
          selector(...DATA, { Field: 'readOnly', Equals: [value] }),
        ),
      },
    ],
    [
      'another bucket left out',
      { AdvancedEventSelectors: [selector(...DATA, arn({ NotStartsWith: ['arn:aws:s3:::docs-2/'] }))] },
    ],
    [
      'basic selectors, all',
      { EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] }] },
    ],
    [
      'basic selectors, the bucket',
      {
        EventSelectors: [
          { ReadWriteType: 'All', DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::docs/'] }] },
        ],
      },
    ],
  ])('%s', (_, trail) => expect(recorded(trail)).not.toThrow());

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['no selectors', {}, /no trail records/],
    [
      'a trail that is off',
      { IsLogging: false, AdvancedEventSelectors: [selector(...DATA)] },
      /no trail is switched on/,
    ],
    [
      'writes alone',
      { AdvancedEventSelectors: [selector(...DATA, { Field: 'readOnly', Equals: ['false'] })] },
      /readOnly true/,
    ],
    [
      'one prefix',
      { AdvancedEventSelectors: [selector(...DATA, arn({ StartsWith: ['arn:aws:s3:::docs/reports/'] }))] },
      /docs\/key/,
    ],
    [
      'one prefix left out',
      { AdvancedEventSelectors: [selector(...DATA, arn({ NotStartsWith: ['arn:aws:s3:::docs/tmp/'] }))] },
      /docs\/tmp\//,
    ],
    [
      'a caller left out',
      {
        AdvancedEventSelectors: [
          selector(...DATA, {
            Field: 'userIdentity.arn',
            NotStartsWith: ['arn:aws:sts::111122223333:assumed-role/Scanner/'],
          }),
        ],
      },
      /Scanner/,
    ],
    [
      'an event left out',
      { AdvancedEventSelectors: [selector(...DATA, { Field: 'eventName', NotEquals: ['HeadObject'] })] },
      /HeadObject/,
    ],
    [
      'access points alone',
      { AdvancedEventSelectors: [selector(DATA[0], { Field: 'resources.type', Equals: ['AWS::S3::AccessPoint'] })] },
      /no trail records/,
    ],
    [
      'a name without the slash, of a longer one',
      { AdvancedEventSelectors: [selector(...DATA, arn({ NotStartsWith: ['arn:aws:s3:::doc'] }))] },
      /./,
    ],
  ])('not with %s', (_, trail, message) => expect(recorded(trail)).toThrow(message));
});

describe('a trail leaves its target out', () => {
  test('by its ARN with a slash', () =>
    expect(
      excluded({ AdvancedEventSelectors: [selector(...DATA, arn({ NotStartsWith: ['arn:aws:s3:::docs/'] }))] }),
    ).not.toThrow());
  test('by recording another bucket alone', () =>
    expect(
      excluded({ AdvancedEventSelectors: [selector(...DATA, arn({ StartsWith: ['arn:aws:s3:::other/'] }))] }),
    ).not.toThrow());
  test('not if one selector lets it in again', () =>
    expect(
      excluded({
        AdvancedEventSelectors: [
          selector(...DATA, arn({ NotStartsWith: ['arn:aws:s3:::docs/'] })),
          selector(...DATA, { Field: 'eventName', Equals: ['DeleteObject'] }),
        ],
      }),
    ).toThrow(/DeleteObject/));
  test('not with basic selectors of all buckets', () =>
    expect(
      excluded({ EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] }] }),
    ).toThrow(/of its own target/));
});
