import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Entry { readonly type: string; readonly data?: unknown }
interface Artifact {
  readonly type: string;
  readonly metadata?: Record<string, Entry[]>;
  readonly additionalMetadataFile?: string;
  readonly properties?: { readonly directoryName?: string };
}

/** The ids of the controls of every bucket in a cloud assembly, by construct path. Stages are assemblies within the assembly. */
export function controlsIn(assembly: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const { artifacts = {} } = read<{ artifacts?: Record<string, Artifact> }>(join(assembly, 'manifest.json'));
  for (const artifact of Object.values(artifacts)) {
    if (artifact.type === 'cdk:cloud-assembly') {
      for (const [path, ids] of controlsIn(join(assembly, artifact.properties!.directoryName!))) found.set(path, ids);
      continue;
    }
    const more = artifact.additionalMetadataFile && read<Record<string, Entry[]>>(join(assembly, artifact.additionalMetadataFile));
    for (const [path, entries] of Object.entries({ ...artifact.metadata, ...more })) {
      const ids = entries.filter(({ type }) => type === 'strongbox:control').map(({ data }) => String(data));
      if (ids.length > 0) found.set(path.replace(/^\//, ''), ids);
    }
  }
  return found;
}

/** A finding of a validation plugin on one construct. */
export interface Finding {
  readonly pack: string;
  readonly rule: string;
  readonly path: string;
  readonly description: string;
  /** Whether it is only a warning. */
  readonly warning: boolean;
  /** Why it was acknowledged, if it was. */
  readonly reason?: string;
}

interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly severity?: string;
  readonly reason?: string;
  readonly violatingConstructs: ReadonlyArray<{ readonly constructPath: string }>;
}

/** What the validation plugins of the app reported. CDK leaves out a plugin that has nothing to say, and the file if none has. */
export function findingsIn(assembly: string): Finding[] {
  const file = join(assembly, 'validation-report.json');
  if (!existsSync(file)) return [];
  const { pluginReports } = read<{
    pluginReports: ReadonlyArray<{ pluginName: string; violations?: Violation[]; suppressedViolations?: Violation[] }>;
  }>(file);
  return pluginReports.flatMap(({ pluginName, violations = [], suppressedViolations = [] }) =>
    [...violations.map((violation) => ({ ...violation, reason: undefined })), ...suppressedViolations].flatMap((violation) =>
      violation.violatingConstructs.map(({ constructPath }) => ({
        pack: pluginName,
        rule: violation.ruleName,
        path: constructPath,
        description: violation.description,
        warning: violation.severity === 'warning' || violation.severity === 'info',
        reason: violation.reason,
      }))));
}

/** `Stack/Documents/Resource/Resource` is what its user calls `Stack/Documents`. */
export function shortPath(path: string): string {
  return path.replace(/(\/Resource)+$/, '');
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
