import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { readAssembly, type TemplateInput } from '../assurance/template/assembly';
import { readTemplateFile } from '../assurance/template/template-file';

/** What is said of template files; an assembly says it itself. */
export type Deployment = Pick<TemplateInput, 'account' | 'region' | 'stackName' | 'parameters'>;

/** The options of `parseArgs` for it. */
export const DEPLOYMENT_OPTIONS = {
  account: { type: 'string' },
  region: { type: 'string' },
  'stack-name': { type: 'string' },
  parameter: { type: 'string', multiple: true },
  parameters: { type: 'string' },
} as const;

/** The options of `parseArgs`, in the usage of every subcommand that reads templates. */
export const DEPLOYMENT_USAGE = `What only the deployment knows is left open, and each possibility is looked at. For template files it can be given:

  --account ID           account of twelve digits
  --region REGION        e.g. eu-west-1
  --stack-name NAME      what AWS::StackName gives
  --parameter KEY=VALUE  the value of a parameter; may be given several times
  --parameters FILE      JSON: an object of values, or the list that the AWS CLI takes`;

interface DeploymentValues {
  readonly account?: string;
  readonly region?: string;
  readonly 'stack-name'?: string;
  readonly parameter?: readonly string[];
  readonly parameters?: string;
}

/** @throws saying what is wrong with an option */
export function deploymentOf(values: DeploymentValues): Deployment {
  const { account, region } = values;
  if (account !== undefined && !/^\d{12}$/.test(account)) {
    throw new Error(`"--account" must be twelve digits (got "${account}").`);
  }
  if (region !== undefined && !/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region)) {
    throw new Error(`"--region" must be a Region such as eu-west-1 (got "${region}").`);
  }
  const parameters = {
    ...parametersIn(values.parameters),
    ...Object.fromEntries((values.parameter ?? []).map((text) => pairOf('parameter', text))),
  };
  return { account, region, stackName: values['stack-name'], parameters };
}

/** The templates at some paths. @throws if one cannot be read */
export function inputsOf(paths: readonly string[], deployment: Deployment): TemplateInput[] {
  return distinctly(paths.flatMap((path) => inputsAt(path, deployment)));
}

/** `KEY=VALUE` as a pair. @throws if it is none */
export function pairOf(option: string, text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new Error(`"--${option}" must be KEY=VALUE (got "${text}").`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function stackName(path: string): string {
  return basename(path).replace(/(\.template)?\.(json|ya?ml)$/i, '');
}

/** An object of values, or the list of `ParameterKey` and `ParameterValue` that the AWS CLI takes. */
function parametersIn(file: string | undefined): Record<string, string> {
  if (file === undefined) return {};
  const wrong = (problem: string) =>
    new Error(`"--parameters" must name a JSON file of parameters: ${file} ${problem}.`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw wrong(`cannot be read as JSON (${(error as Error).message})`);
  }
  if (typeof content !== 'object' || content === null) throw wrong('holds neither an object nor a list');
  const pairs: Array<[unknown, unknown]> = Array.isArray(content)
    ? content.map((each) => [each?.ParameterKey, each?.ParameterValue])
    : Object.entries(content);
  const odd = pairs.find(
    ([key, value]) => typeof key !== 'string' || !['string', 'number', 'boolean'].includes(typeof value),
  );
  if (odd) throw wrong(`has ${JSON.stringify(odd)}, which is not a name and a value`);
  return Object.fromEntries(pairs.map(([key, value]) => [key as string, String(value)]));
}

function inputsAt(path: string, deployment: Deployment): TemplateInput[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new Error(`"${path}" does not exist: give the directory that cdk synth wrote, or a template file.`);
  }
  if (stat.isDirectory()) return readAssembly(path);
  return [
    {
      stack: stackName(path),
      ...readTemplateFile(path),
      ...deployment,
    },
  ];
}

/** Two files of one name are two stacks. */
function distinctly(inputs: readonly TemplateInput[]): TemplateInput[] {
  const seen = new Map<string, number>();
  return inputs.map((input) => {
    const count = (seen.get(input.stack) ?? 0) + 1;
    seen.set(input.stack, count);
    return count === 1 ? input : { ...input, stack: `${input.stack}-${count}` };
  });
}
