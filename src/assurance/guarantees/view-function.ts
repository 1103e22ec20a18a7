/** What is guaranteed of the function that makes views: who calls it, and how. `ViewGuarantees` names it. */
import type { GuaranteeProps } from './guarantee-props';
import { setting, type ProofObligation } from './proof-obligation';
import { atWorst, AXIOMS, ofType, principals, whoHas } from './view-parts';
import type { Environment } from '../engine/environment';
import { parsePolicy, type Policy } from '../engine/policy';
import type { Property } from '../engine/property';
import { region, type Conditions } from '../engine/region';
import type { ResolvedResource } from '../model/resolve';
import { nameOfConstruct, type ResourceUnderTest } from '../model/subject';

/** A function that serves views by its URL, and who may call it. */
export interface EndpointGuaranteeOptions {
  /** The function: its ARN, construct path or logical id. */
  readonly endpoint: string;
  /**
   * ARNs of roles or users; construct paths and logical ids of the template serve as well.
   * @default - nobody but the distribution
   */
  readonly callers?: string[];
  /**
   * The CloudFront distribution that calls the function for all viewers: its ARN.
   * @default - none
   */
  readonly distribution?: string;
}

export function endpointCallersOnly({
  endpoint,
  callers = [],
  distribution,
}: EndpointGuaranteeOptions): GuaranteeProps {
  if (callers.length === 0 && distribution === undefined) {
    throw new Error('"callers" is empty and "distribution" is missing; name who calls the function');
  }
  const names = { endpoint: nameOfConstruct(endpoint), callers: callers.map(nameOfConstruct) };
  const who = [...names.callers, ...(distribution === undefined ? [] : [distribution])].join(', ');
  return {
    id: 'endpoint-callers-only',
    title: 'Function of views for its callers only',
    description:
      `Nobody but ${who} (and the account's root user) calls the function, by its URL alone and with IAM ` +
      'authorization: a principal that could invoke it directly could put any name into the event.',
    fix:
      'Give the URL AuthType AWS_IAM and the callers permission for lambda:InvokeFunctionUrl, and for ' +
      'lambda:InvokeFunction with InvokedViaFunctionUrl; deny them' +
      ' all else on the function in their own policies.',
    options: { ...names, distribution },
    parts: (subject) => {
      const arn = subject.nameOf(names.endpoint);
      const own = principals(subject, names.callers);
      const urls = ofType(subject, 'AWS::Lambda::Url').filter(({ properties }) =>
        namesFunction(properties.TargetFunctionArn, arn),
      );
      const others: Conditions[] =
        distribution === undefined
          ? [{ ArnNotEquals: own.ArnEquals, ...NOT_ROOT }]
          : [
              {
                ...(names.callers.length > 0 ? { ArnNotEquals: own.ArnEquals } : {}),
                BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
                ...NOT_ROOT,
              },
              {
                Bool: { 'aws:PrincipalIsAWSService': 'true' },
                StringNotEquals: { 'aws:PrincipalServiceName': 'cloudfront.amazonaws.com' },
              },
              { Bool: { 'aws:PrincipalIsAWSService': 'true' }, ArnNotEquals: { 'aws:SourceArn': distribution } },
            ];
      const byHand: Conditions = { BoolIfExists: { 'lambda:InvokedViaFunctionUrl': 'false' } };
      return [
        // Without a URL of the templates there is nothing to hold.
        setting(
          "AuthType of the function's URLs",
          urls.map(({ properties }) => properties.AuthType),
          (types) => urls.length > 0 && (types as unknown[]).every((type) => type === 'AWS_IAM'),
        ),
        // Nobody of the account calls it whom neither the templates nor the function let; what other accounts let
        // theirs do is not known.
        ...others.flatMap((when) => [
          ofFunction(subject, arn, 'never', { actions: CALLS, when, others: 'nothing' }),
          ofFunction(subject, arn, 'never', {
            actions: CALLS,
            when: outside(when, subject.resource.account),
            others: 'everything',
          }),
        ]),
        ...(names.callers.length > 0 ? handsOff(subject, arn, own, byHand) : []),
      ];
    },
  };
}

interface RegionOfFunction {
  readonly actions: readonly string[];
  readonly notActions?: boolean;
  readonly when: Conditions;
  /** What those may do whose policies the templates do not have. */
  readonly others: Environment['otherIdentities'];
  /** By default those whose policies the templates have whole. */
  readonly identities?: Environment['identities'];
}

/** Requests to a function of views, whatever its version. */
export function ofFunction(
  subject: ResourceUnderTest,
  arn: string,
  expect: 'never' | 'always',
  { others, identities, ...asked }: RegionOfFunction,
): Property {
  const { resource, axioms } = subject;
  return {
    expect,
    place: nameOfFunction(arn),
    region: region(asked),
    targets: [{ kind: 'function', arn }],
    environment: {
      account: resource.account,
      resourcePolicies: permissionsOf(subject, arn),
      identities: identities ?? whoHas(subject, true).identities,
      otherIdentities: others,
    },
    axioms: [...axioms, ...AXIOMS, 'template-identities'],
  };
}

/**
 * The callers neither call the function by hand nor change it. Of callers whose policies the templates do not have,
 * nothing can be said here.
 */
export function handsOff(
  subject: ResourceUnderTest,
  arn: string,
  who: Conditions,
  byHand: Conditions,
): ProofObligation[] {
  const asked = { others: 'nothing', identities: atWorst(subject) } as const;
  return [
    ofFunction(subject, arn, 'never', { ...asked, actions: ['lambda:InvokeFunction'], when: { ...who, ...byHand } }),
    ofFunction(subject, baseOf(arn), 'never', { ...asked, actions: CALLS, notActions: true, when: who }),
  ];
}

/** The same, of callers of other accounts and none. */
function outside(when: Conditions, account: string): Conditions {
  return { ...when, StringNotEquals: { ...when.StringNotEquals, 'aws:PrincipalAccount': account } };
}

const NOT_ROOT: Conditions = { StringNotEquals: { 'strongbox:PrincipalKind': 'root' } };
export const CALLS = ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'];

/** Without the version. */
export function baseOf(functionArn: string): string {
  return functionArn.split(':').slice(0, 7).join(':');
}

function nameOfFunction(arn: string): string {
  return `function ${baseOf(arn).split(':').at(-1)!}`;
}

/** What the function's own policy says: `AWS::Lambda::Permission` writes one statement each. */
function permissionsOf(subject: ResourceUnderTest, functionArn: string): Policy[] {
  const base = baseOf(functionArn);
  const mine = ofType(subject, 'AWS::Lambda::Permission').filter(({ properties }) =>
    namesFunction(properties.FunctionName, base),
  );
  return mine.map((resource) =>
    parsePolicy(
      { Version: '2012-10-17', Statement: statementOf(resource) },
      `${resource.path} (permission)`,
      'function permission',
    ),
  );
}

function namesFunction(name: unknown, base: string): boolean {
  return (
    typeof name === 'string' &&
    (name === base || name.startsWith(`${base}:`) || base.endsWith(`:${name.split(':')[0]}`))
  );
}

function statementOf({ properties }: ResolvedResource): object {
  const { Principal, Action, SourceArn, SourceAccount, PrincipalOrgID, FunctionUrlAuthType, InvokedViaFunctionUrl } =
    properties;
  const equal: Record<string, string> = {
    ...(SourceAccount === undefined ? {} : { 'aws:SourceAccount': SourceAccount }),
    ...(PrincipalOrgID === undefined ? {} : { 'aws:PrincipalOrgID': PrincipalOrgID }),
    ...(FunctionUrlAuthType === undefined ? {} : { 'lambda:FunctionUrlAuthType': FunctionUrlAuthType }),
  };
  return {
    Effect: 'Allow',
    Principal:
      Principal === '*' ? '*' : { [/\.amazonaws\.com(\.cn)?$/.test(Principal) ? 'Service' : 'AWS']: Principal },
    Action,
    Resource: '*',
    Condition: {
      ...(Object.keys(equal).length > 0 ? { StringEquals: equal } : {}),
      ...(SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } }),
      ...(InvokedViaFunctionUrl === undefined
        ? {}
        : { Bool: { 'lambda:InvokedViaFunctionUrl': InvokedViaFunctionUrl } }),
    },
  };
}
