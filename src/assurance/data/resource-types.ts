import { REFERENCES, SHAPES } from './resource-table';

/** What CloudFormation documents of a type of resource. */
export interface ResourceType {
  /** Properties or attributes that make up what `Ref` gives; empty: not documented. */
  readonly ref: readonly string[];
  /** Its ARN after `arn:PARTITION:`, with `${Name}` for the parts. */
  readonly arn?: string;
  /** Attributes that are lists. */
  readonly lists: readonly string[];
}

/** Text, boolean, number or any JSON; a list, or an object of shapes, `*` standing for any name. */
export type Shape = 't' | 'b' | 'n' | 'j' | readonly [Shape] | ShapeObject;
export interface ShapeObject {
  readonly [name: string]: Shape;
}

/** Undefined: AWS documents no such type. */
export function resourceType(type: string): ResourceType | undefined {
  if (!Object.prototype.hasOwnProperty.call(REFERENCES, type)) return undefined;
  const [ref, arn, lists] = REFERENCES[type].split(' ').map((part) => (part === '-' ? '' : part));
  return { ref: ref === '' ? [] : ref.split('|'), arn: arn || undefined, lists: lists === '' ? [] : lists.split('|') };
}

const parsed = new Map<string, ShapeObject | undefined>();

/** The properties of a type that the library reasons about. */
export function shapeOf(type: string): ShapeObject | undefined {
  if (!parsed.has(type)) {
    parsed.set(
      type,
      Object.prototype.hasOwnProperty.call(SHAPES, type) ? (JSON.parse(SHAPES[type]) as ShapeObject) : undefined,
    );
  }
  return parsed.get(type);
}
