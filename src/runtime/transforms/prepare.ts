import { Chain } from './chain';
import { custom } from './custom';
import { decompress } from './decompress';
import { enrich } from './enrich/enrich';
import type { Lookup } from './enrich/lookup';
import { SpecError } from './errors';
import { image } from './image/image';
import { redact } from './redact';
import type { PreparedTransform } from './stage';
import { csvToJson } from './structure/csv-to-json';
import { jsonToXml } from './structure/json-to-xml';
import { xmlToJson } from './structure/xml-to-json';
import type { Deployed, ImageEngine } from '../object-views/contract';
import type { LookupSpec, TransformSpec } from '../object-views/transform-spec';

/** What the specifications ask of the world around them. */
export interface Surroundings {
  readonly pseudonymKey?: Uint8Array;
  readonly images?: ImageEngine;
  /** The value of an environment variable, or the text itself. */
  value(deployed: Deployed): string;
  lookup(spec: LookupSpec): Lookup;
  /** Loads a module of a layer. */
  load(module: string): Record<string, unknown>;
}

/**
 * A chain from its specifications.
 * @throws SpecError, PolicyError naming the property, the value received and what is allowed
 */
export function prepareChain(specs: readonly TransformSpec[], surroundings: Surroundings): Chain {
  const preserve = specs.some((spec) => spec.type === 'redact' && spec.policy.contentEncoding === 'preserve');
  return new Chain(
    specs.map((spec) => prepare(spec, surroundings)),
    preserve,
  );
}

function prepare(spec: TransformSpec, surroundings: Surroundings): PreparedTransform {
  switch (spec.type) {
    case 'redact':
      return redact(spec, surroundings.pseudonymKey);
    case 'xmlToJson':
      return xmlToJson(spec);
    case 'jsonToXml':
      return jsonToXml(spec);
    case 'csvToJson':
      return csvToJson(spec);
    case 'decompress':
      return decompress(spec);
    case 'enrich':
      return enrich(spec, surroundings.lookup(spec.lookup));
    case 'image':
      return image(spec, surroundings.images, surroundings.load);
    case 'custom':
      return custom(spec, surroundings.value(spec.version), surroundings.load);
    default:
      throw new SpecError(
        `"type" is ${JSON.stringify((spec as { type?: unknown }).type)}, it must be one of redact, ` +
          'xmlToJson, jsonToXml, csvToJson, image, enrich, decompress, custom; correct it',
      );
  }
}
