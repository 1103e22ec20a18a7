import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { acknowledgedAtSynth, acknowledgedIn, type Acknowledged } from './acknowledged';
import type { RepeatedKey, Source } from './source';
import { TemplateError } from './template-error';
import { readTemplateFile } from './template-file';

export interface TemplateInput {
  /** Unique within the input: the artifact id in a cloud assembly, with `/` and the logical id for each nesting. */
  readonly stack: string;
  /**
   * What `AWS::StackName` gives.
   * @default - only the deployment knows
   */
  readonly stackName?: string;
  readonly template: any;
  /** Where the parts of the template are written; absent: it is of no file. */
  readonly source?: Source;
  /** Keys that stand twice in one object. */
  readonly repeated?: readonly RepeatedKey[];
  /** The SHA-256 of the template's file, in hexadecimal; absent without a file. */
  readonly sha256?: string;
  /** Twelve digits; absent or a token: the account is known only by name. */
  readonly account?: string;
  readonly region?: string;
  readonly partition?: string;
  /** Values of parameters, by name. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Construct paths by logical id, from the assembly's metadata. */
  readonly paths?: Readonly<Record<string, string>>;
  /**
   * Ids of the controls that say they were applied to a resource, by its logical id. They are claims, and asked to
   * hold.
   */
  readonly controls?: Readonly<Record<string, readonly string[]>>;
  /** What the app acknowledged, by the path of the construct on which it did. */
  readonly acknowledged?: Readonly<Record<string, Acknowledged>>;
  /** Where the app's code makes a construct, e.g. `/app/lib/stack.ts:12`, by its path. */
  readonly madeAt?: Readonly<Record<string, string>>;
  /** For a nested stack: the parent's name and the logical id of the `AWS::CloudFormation::Stack`. */
  readonly nestedIn?: { readonly stack: string; readonly logicalId: string };
}

/** Reads the templates of a cloud assembly directory, with those of its stages and nested stacks. */
export function readAssembly(directory: string): TemplateInput[] {
  const manifest = readJson(join(directory, 'manifest.json'));
  const found: TemplateInput[] = [];
  for (const [id, artifact] of Object.entries<any>(manifest.artifacts ?? {})) {
    if (artifact.type === 'cdk:cloud-assembly') {
      found.push(...readAssembly(join(directory, artifact.properties.directoryName)));
    } else if (artifact.type === 'aws:cloudformation:stack') {
      const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(artifact.environment ?? '') ?? [];
      found.push(
        ...withNested(
          {
            stack: id,
            stackName: artifact.properties.stackName ?? id,
            ...readTemplateFile(join(directory, artifact.properties.templateFile)),
            account,
            region,
            ...namesOf(artifact, directory),
          },
          directory,
        ),
      );
    }
  }
  const [first, ...others] = found;
  if (first === undefined) return [];
  return [{ ...first, acknowledged: { ...acknowledgedAtSynth(directory), ...first.acknowledged } }, ...others];
}

function namesOf(
  artifact: any,
  directory: string,
): Pick<TemplateInput, 'paths' | 'controls' | 'acknowledged' | 'madeAt'> {
  const file = artifact.additionalMetadataFile;
  const metadata: Record<string, any[]> = {
    ...artifact.metadata,
    ...(file === undefined ? {} : readJson(join(directory, file))),
  };
  const paths: Record<string, string> = {};
  const controls: Record<string, string[]> = {};
  const acknowledged: Record<string, Acknowledged> = {};
  const madeAt: Record<string, string> = {};
  const twice = new Set<string>();
  for (const [path, entries] of Object.entries(metadata)) {
    const rules = acknowledgedIn(entries);
    const frame = frameOf(entries);
    if (frame !== undefined) madeAt[path.replace(/^\//, '')] = frame;
    if (rules) acknowledged[path.replace(/^\//, '')] = rules;
    const claimed = entries.filter(({ type }) => type === 'strongbox:control').map(({ data }) => data as string);
    for (const { type, data } of entries) {
      if (type !== 'aws:cdk:logicalId') continue;
      if (data in paths) twice.add(data);
      paths[data] = path.replace(/^\//, '');
      controls[data] = claimed;
    }
  }
  // Resources of nested stacks stand in the same list: a logical id that is there twice tells nothing.
  twice.forEach((logicalId) => {
    delete paths[logicalId];
    delete controls[logicalId];
  });
  return { paths, controls, acknowledged, madeAt };
}

/** The innermost line of the app in the stack trace of a construct: file and line, without the column. */
function frameOf(entries: ReadonlyArray<{ readonly type: string; readonly data?: unknown }>): string | undefined {
  const trace = entries.find(({ type }) => type === 'aws:cdk:creationStack')?.data;
  if (!Array.isArray(trace)) return undefined;
  for (const frame of trace) {
    const at = /\(?([^()\s]+:\d+):\d+\)?$/.exec(String(frame))?.[1];
    if (at !== undefined && !/node_modules|^node:/.test(at)) return at.replace(/^file:\/\//, '');
  }
  return undefined;
}

/** A template with those of its nested stacks, which stand beside it in the assembly. */
function withNested(input: TemplateInput, directory: string): TemplateInput[] {
  const nested = Object.entries<any>(input.template.Resources ?? {}).flatMap(([logicalId, resource]) => {
    const file = resource.Type === 'AWS::CloudFormation::Stack' ? nestedTemplate(resource, directory) : undefined;
    if (file === undefined) return [];
    return withNested(
      {
        ...input,
        stack: `${input.stack}/${logicalId}`,
        ...readTemplateFile(join(directory, file)),
        nestedIn: { stack: input.stack, logicalId },
      },
      directory,
    );
  });
  return [input, ...nested];
}

/**
 * The file of a nested stack's template: from the metadata that the CLI asks for, else by the asset's hash in the URL.
 */
function nestedTemplate(resource: any, directory: string): string | undefined {
  const path = resource.Metadata?.['aws:asset:path'];
  if (path !== undefined) return path;
  const hash = /[0-9a-f]{64}/.exec(JSON.stringify(resource.Properties?.TemplateURL ?? ''))?.[0];
  if (hash === undefined) return undefined;
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.assets.json'))) {
    const source = readJson(join(directory, file)).files?.[hash]?.source?.path;
    if (source !== undefined) return source;
  }
  return undefined;
}

function readJson(file: string): any {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (e) {
    throw new TemplateError(file, `cannot be read as JSON: ${(e as Error).message}`);
  }
}
