import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveTemplates } from '../../src/assurance/model/resolve';
import { readAssembly } from '../../src/assurance/template/assembly';

/**
 * The ids of the controls of every bucket in a cloud assembly, by construct path, those of stages and nested stacks
 * included.
 */
export function controlsIn(assembly: string): Map<string, readonly string[]> {
  const { resources } = resolveTemplates(readAssembly(assembly));
  return new Map(resources.filter(({ controls }) => controls.length > 0).map(({ path, controls }) => [path, controls]));
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

/**
 * What the validation plugins of the app reported. CDK leaves out a plugin that has nothing to say, and the file if
 * none has.
 */
export function findingsIn(assembly: string): Finding[] {
  const file = join(assembly, 'validation-report.json');
  if (!existsSync(file)) return [];
  const { pluginReports } = read<{
    pluginReports: ReadonlyArray<{ pluginName: string; violations?: Violation[]; suppressedViolations?: Violation[] }>;
  }>(file);
  return pluginReports.flatMap(({ pluginName, violations = [], suppressedViolations = [] }) =>
    [...violations.map((violation) => ({ ...violation, reason: undefined })), ...suppressedViolations].flatMap(
      (violation) =>
        violation.violatingConstructs.map(({ constructPath }) => ({
          pack: pluginName,
          rule: violation.ruleName,
          path: constructPath,
          description: violation.description,
          warning: violation.severity === 'warning' || violation.severity === 'info',
          reason: violation.reason,
        })),
    ),
  );
}

/** `Stack/Documents/Resource/Resource` is what its user calls `Stack/Documents`. */
export function shortPath(path: string): string {
  return path.replace(/(\/Resource)+$/, '');
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
