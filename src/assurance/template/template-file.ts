import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { positionsInJson } from './json-positions';
import type { Positions, RepeatedKey, Source } from './source';
import { TemplateError } from './template-error';
import { isObject, type Json, type JsonObject } from './value';
import { parseYaml } from './yaml';

/** A template, and where its parts are written. */
export interface TemplateFile {
  readonly template: JsonObject;
  readonly source: Source;
  readonly repeated: readonly RepeatedKey[];
  /** The SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
}

/**
 * Reads a template in JSON or YAML.
 * @throws {TemplateError} naming file and line
 */
export function readTemplateFile(file: string): TemplateFile {
  const bytes = readFileSync(file);
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  let template: Json;
  try {
    template = JSON.parse(text) as Json;
  } catch (error) {
    if (!/\.json$/i.test(file)) return whole(parseYaml(text, file), sha256);
    const { message } = error as Error;
    const offset = /position (\d+)/.exec(message)?.[1];
    const line = offset === undefined ? '' : `, line ${text.slice(0, Number(offset)).split('\n').length}`;
    throw new TemplateError(`${file}${line}`, `is not JSON (${message})`);
  }
  if (!isObject(template)) {
    throw new TemplateError(file, 'is not a CloudFormation template; an object with "Resources" is needed');
  }
  return whole({ template, source: positionsInJson(text, file) }, sha256);
}

function whole({ template, source }: { template: JsonObject; source: Positions }, sha256: string): TemplateFile {
  return { template, source, repeated: source.repeated, sha256 };
}
