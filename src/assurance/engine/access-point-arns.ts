/**
 * Access points that the templates do not make, one for each combination of answers that policies can give about them.
 */
import type { Condition } from './condition';
import { digits, glob, literal, type Pattern } from './glob';
import { operatorOf } from './operators';
import { open, type TextOfField } from './variables';
import { witnesses, type Question } from './witnesses';
import { isUnknown } from '../template/unknown';

/** The condition key that tells by which access point a request comes. */
export const ACCESS_POINT_ARN_KEY = 's3:dataaccesspointarn';
export const ACCESS_POINT_ACCOUNT_KEY = 's3:dataaccesspointaccount';

export interface AccessPointsAsked {
  readonly place: string;
  readonly partition: string;
  /** Account of the bucket. */
  readonly account: string;
  /** Region of the bucket, and with it of its access points, if it is known. */
  readonly region?: string;
  readonly conditions: ReadonlyMap<string, readonly Condition[]>;
  readonly questionsAbout: (key: string) => readonly Question[];
}

export function accessPointArns(asked: AccessPointsAsked): string[] {
  const { place, partition, region } = asked;
  const questions: Question[] = [
    ...patternsOf(asked, ACCESS_POINT_ARN_KEY),
    ...asked.questionsAbout(ACCESS_POINT_ARN_KEY),
  ];
  const within = (after: string, form: Pattern, then: string): string[] =>
    witnesses(
      [
        ...questions.map((question) => ({ ...question, after, ...(then === '' ? {} : { then, open: true }) })),
        ...(then === ACCOUNT_END
          ? [
              ...patternsOf(asked, ACCESS_POINT_ACCOUNT_KEY),
              ...asked.questionsAbout(ACCESS_POINT_ACCOUNT_KEY),
              { pattern: literal(asked.account) },
            ]
          : []),
      ],
      [form],
      place,
    );
  const service = `arn:${partition}:s3:`;
  // Those of several Regions have no Region in their ARN, and an alias that nobody chooses.
  const regions = [
    ...(region === undefined ? within(service, glob('?*', false), ':').filter((text) => NAME.test(text)) : [region]),
    '',
  ];
  return regions.flatMap((where) => {
    const accounts = new Set([asked.account, ...within(`${service}${where}:`, digits(12), ACCOUNT_END)]);
    return [...accounts].flatMap((account) => {
      const before = `${service}${where}:${account}:accesspoint/`;
      return within(before, glob(where === '' ? '?*.mrap' : '?*'), '')
        .filter((text) => where === '' || NAME.test(text))
        .map((name) => before + name);
    });
  });
}

const ACCOUNT_END = ':accesspoint/';
/** Names and Regions, and the placeholders of those that only the deployment knows. */
const NAME = /^([a-z0-9-]+|.*\{.*\}.*)$/;

function patternsOf({ conditions }: AccessPointsAsked, key: string): Question[] {
  return (conditions.get(key) ?? []).flatMap((condition) => {
    const { mode } = operatorOf(condition);
    return mode === undefined
      ? []
      : condition.values
          .filter((text) => !isUnknown(text))
          .map((text): Question => ({
            pattern: open({ text, mode, variables: condition.variables } satisfies TextOfField),
          }));
  });
}
