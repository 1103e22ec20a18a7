import { parseArgs } from 'node:util';
import { DEPLOYMENT_OPTIONS, DEPLOYMENT_USAGE, deploymentOf, inputsOf, pairOf, type Deployment } from './inputs';
import { Exit, UsageError, type Subcommand } from './subcommand';
import { ask, type Asked } from '../assurance/ask/ask';
import type { Answer } from '../assurance/ask/explain';
import type { RequestOptions } from '../assurance/ask/request-options';
import { describeRequest } from '../assurance/engine/request';
import { resolveTemplates } from '../assurance/model/resolve';
import { wrapped } from '../assurance/output/wrap';

const USAGE = `Usage: cdk-s3-strongbox can [cdk.out | template.json | template.yaml ...] --who WHO --do WHAT --on WHERE [options]

Says whether a request is allowed, and which statement of which policy says so, in the order of AWS's evaluation. A
statement that only a condition keeps from the request is named with what the condition needs.
Without a path the templates are those of cdk.out.

  --who WHO         a role, user or function of the templates (construct path, logical id), an ARN, anonymous, or a
                    service principal such as logging.s3.amazonaws.com
  --do WHAT         an action such as s3:GetObject, or an API call such as PutObject: then every action that it needs,
                    the use of the bucket's KMS key included
  --on WHERE        a bucket (construct path, logical id, name, ARN), or an object as BUCKET/KEY; with --via a KEY
  --via NAME        the access point through which the request comes
  --from ENDPOINT   the VPC endpoint through which it comes
  --with KEY=VALUE  a condition key, e.g. aws:SecureTransport=false; may be given several times
  --feature NAME    of an API call: version, acl, tagging, retention, legal-hold, bypass; may be given several times
  --identity-allows take the own policies of a caller that the templates do not make as allowing the request
  --json            print JSON

A name may be a construct path from any of its parts on: Finance for Lake/Finance, if there is one.

${DEPLOYMENT_USAGE}

Examples:

  cdk-s3-strongbox can --who Lake/Finance --do s3:GetObject --on finance/x --via lake-finance
  cdk-s3-strongbox can --who anonymous --do s3:GetObject --on Docs/x --with aws:SecureTransport=false
  cdk-s3-strongbox can template.yaml --who arn:aws:iam::111122223333:role/etl --do PutObject --on Docs/x --identity-allows

Exit code: 0 allowed, 1 denied, 2 not asked (a name that is not there, a wrong option), 3 only the deployment knows.`;

const EXIT: Readonly<Record<Answer, Exit>> = {
  allowed: Exit.OK,
  denied: Exit.FAILED,
  unknown: Exit.UNKNOWN,
};

export const can: Subcommand = {
  name: 'can',
  summary: 'Say whether a request is allowed, and by which statement',
  usage: USAGE,
  async run(args, terminal) {
    const { paths, deployment, request, identityAllows, json } = parse(args);
    const model = resolveTemplates(inputsOf(paths, deployment));
    const asked = ask(model, request, { identityAllows });
    terminal.out(json ? JSON.stringify(asJson(asked), undefined, 2) : asText(asked));
    return EXIT[asked.answer];
  },
};

interface Arguments {
  readonly paths: readonly string[];
  readonly deployment: Deployment;
  readonly request: RequestOptions;
  readonly identityAllows: boolean;
  readonly json: boolean;
}

function parse(args: string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        who: { type: 'string' },
        do: { type: 'string' },
        on: { type: 'string' },
        via: { type: 'string' },
        from: { type: 'string' },
        with: { type: 'string', multiple: true },
        feature: { type: 'string', multiple: true },
        'identity-allows': { type: 'boolean' },
        json: { type: 'boolean' },
        ...DEPLOYMENT_OPTIONS,
      },
    });
    const { who, do: what, on } = values;
    if (who === undefined || what === undefined) throw new Error('Give --who and --do, and --on for a certain bucket.');
    return {
      paths: positionals.length === 0 ? ['cdk.out'] : positionals,
      deployment: deploymentOf(values),
      identityAllows: values['identity-allows'] === true,
      json: values.json === true,
      request: {
        principal: who,
        ...(what.includes(':') ? { action: what } : { call: what }),
        features: values.feature,
        resource: on,
        accessPoint: values.via,
        ...endpoint(values.from),
        context: {
          ...endpointKey(values.from),
          ...Object.fromEntries((values.with ?? []).map((text) => pairOf('with', text))),
        },
      },
    };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** An id may be of an endpoint that no template makes. */
const isId = (from: string) => /^vpce-[0-9a-f]+$/.test(from);
const endpoint = (from?: string) => (from === undefined || isId(from) ? {} : { vpcEndpoint: from });
const endpointKey = (from?: string): Record<string, string> =>
  from !== undefined && isId(from) ? { 'aws:SourceVpce': from } : {};

function asText({ answer, actions, when }: Asked): string {
  const lines = [`${answer.toUpperCase()}${when === undefined || when === '' ? '' : ` (${when})`}`];
  const add = (indent: number, text: string) => lines.push(wrapped(' '.repeat(indent) + text, ' '.repeat(indent + 2)));
  for (const { request, answer: own, reason, policies } of actions) {
    lines.push('');
    add(0, `${own}: ${describeRequest(request)}`);
    add(2, reason);
    for (const { policy, statements, nearMisses } of policies) {
      add(2, `- ${policy}${statements.length === 0 ? ': no statement applies' : ''}`);
      for (const { place, effect, doubt } of statements) {
        add(6, `${effect}: ${place}${doubt === undefined ? '' : ` (perhaps: ${doubt})`}`);
      }
      for (const { place, effect, missed } of nearMisses) {
        const keys = missed.map(
          ({ key, needs, has }) => `${key} (needs ${needs}, request has ${has ?? 'no such key'})`,
        );
        add(
          6,
          `${effect}: ${place}, but for its ${keys.length === 1 ? 'condition' : 'conditions'} on ${keys.join(', ')}`,
        );
      }
    }
  }
  return lines.join('\n');
}

function asJson({ answer, actions, when }: Asked) {
  return {
    version: 1,
    answer,
    when: when === '' ? undefined : when,
    actions: actions.map(({ request: { principal, action, resource, context }, ...explained }) => ({
      request: { principal, action, resource, context },
      ...explained,
    })),
  };
}
