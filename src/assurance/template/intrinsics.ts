import type { TemplateError } from './template-error';
import { isOpen, isUnknown, shown, unknown } from './unknown';
import {
  described,
  isList,
  isObject,
  isValueList,
  isValueObject,
  NO_VALUE,
  own,
  UnknownValue,
  type Json,
  type JsonObject,
  type Value,
} from './value';

/** What the functions need of the template that they stand in. */
export interface Scope {
  readonly name: string;
  readonly mappings: JsonObject | undefined;
  /** @param place where it stands, for errors @param inText whether the value becomes part of a text */
  value(raw: Json, place: string, depth: number, inText?: boolean): Value;
  ref(name: string, place: string, depth: number, inText: boolean): Value;
  attribute(logicalId: string, attribute: string, place: string, depth: number): Value;
  condition(name: Json, place: string): boolean;
  exported(name: string, depth: number): Value;
  /** Which of these literals an unknown text is; undefined: none of them. @throws {UndecidedError} */
  among(text: string, literals: readonly string[]): string | undefined;
  error(place: string, problem: string): TemplateError;
  impossible(place: string, problem: string): Error;
}

type Call = (argument: Json, at: Place) => Value;

class Place {
  public constructor(
    public readonly scope: Scope,
    public readonly place: string,
    public readonly depth: number,
    public readonly inText: boolean,
  ) {}

  public error(problem: string): TemplateError {
    return this.scope.error(this.place, problem);
  }

  public value(raw: Json): Value {
    return this.scope.value(raw, this.place, this.depth);
  }

  public text(raw: Json, name: string): string {
    return textOf(this.scope.value(raw, this.place, this.depth, true), (value) =>
      this.error(`has ${name} over ${shown(described(value))}; text is needed`),
    );
  }

  public list(raw: Json, name: string): readonly Value[] | UnknownValue {
    const value = this.value(raw);
    if (isValueList(value) || value instanceof UnknownValue) return value;
    if (typeof value === 'string' && isUnknown(value)) return new UnknownValue(value);
    throw this.error(`has ${name} over ${described(value)}; a list is needed`);
  }

  public arguments(argument: Json, name: string, least: number, most = least): readonly Json[] {
    if (isList(argument) && argument.length >= least && argument.length <= most) return argument;
    throw this.error(
      `has ${name} over ${described(argument)}; a list of ${least === most ? least : `${least} to ${most}`} is needed`,
    );
  }
}

/** Text of a value; an unknown one is marked in it. */
export function textOf(value: Value, error: (value: Value) => Error): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof UnknownValue) return unknown(value.name);
  throw error(value);
}

/** Longer texts are no part of a template. */
const MAX_TEXT = 2_000_000;

const CALLS: Readonly<Record<string, Call>> = {
  Ref: (argument, at) => {
    if (typeof argument !== 'string') {
      throw at.error(`has Ref over ${described(argument)}; the name of a parameter or resource is needed`);
    }
    return at.scope.ref(argument, at.place, at.depth, at.inText);
  },
  'Fn::GetAtt': (argument, at) => {
    const [logicalId, attribute] =
      typeof argument === 'string' ? splitOnce(argument) : at.arguments(argument, 'Fn::GetAtt', 2);
    if (typeof logicalId !== 'string' || attribute === undefined) {
      throw at.error(`has Fn::GetAtt over ${described(argument)}; a resource and an attribute are needed`);
    }
    const name = at.text(attribute, 'Fn::GetAtt');
    return isOpen(name)
      ? new UnknownValue(`${at.scope.name}.${logicalId}.(${name})`)
      : at.scope.attribute(logicalId, name, at.place, at.depth);
  },
  'Fn::Join': (argument, at) => {
    const [delimiter, raw] = at.arguments(argument, 'Fn::Join', 2);
    if (typeof delimiter !== 'string') {
      throw at.error(`has Fn::Join with the delimiter ${described(delimiter)}; text is needed`);
    }
    // Each part by itself: it becomes a piece of the text.
    const parts = isList(raw)
      ? raw.map((part) => at.scope.value(part, at.place, at.depth, true)).filter((part) => part !== NO_VALUE)
      : at.list(raw, 'Fn::Join');
    if (parts instanceof UnknownValue) return new UnknownValue(`Join(${JSON.stringify(delimiter)}, ${parts.name})`);
    return limited(
      parts
        .map((part) => textOf(part, (value) => at.error(`joins ${described(value)}; text is needed`)))
        .join(delimiter),
      at,
    );
  },
  'Fn::Sub': (argument, at) => {
    const [template, variables] = isList(argument) ? at.arguments(argument, 'Fn::Sub', 2) : [argument, {}];
    if (typeof template !== 'string' || !isObject(variables)) {
      throw at.error(`has Fn::Sub over ${described(argument)}; text is needed`);
    }
    return limited(
      template.replace(/\$\{([^}]*)\}/g, (whole: string, reference: string) => {
        if (reference.startsWith('!')) return `\${${reference.slice(1)}}`;
        const key = reference.trim();
        const given = own(variables, key);
        if (given !== undefined) return at.text(given, 'Fn::Sub');
        const [logicalId, attribute] = splitOnce(key);
        const value =
          attribute === undefined || key.startsWith('AWS::')
            ? at.scope.ref(key, at.place, at.depth, true)
            : at.scope.attribute(logicalId, attribute, at.place, at.depth);
        return textOf(value, () => at.error(`has ${whole} in Fn::Sub, which is not text`));
      }),
      at,
    );
  },
  'Fn::Select': (argument, at) => {
    const [rawIndex, raw] = at.arguments(argument, 'Fn::Select', 2);
    const index = at.text(rawIndex, 'Fn::Select');
    const list = at.list(raw, 'Fn::Select');
    if (list instanceof UnknownValue || isOpen(index)) {
      const of = list instanceof UnknownValue ? list.name : JSON.stringify(list);
      return new UnknownValue(`Select(${index}, ${of})`);
    }
    if (!/^\d+$/.test(index) || Number(index) >= list.length) throw at.error(`selects item ${index} of ${list.length}`);
    return list[Number(index)];
  },
  'Fn::Split': (argument, at) => {
    const [delimiter, raw] = at.arguments(argument, 'Fn::Split', 2);
    if (typeof delimiter !== 'string' || delimiter === '') {
      throw at.error(`has Fn::Split with the delimiter ${described(delimiter)}; text is needed`);
    }
    const whole = at.text(raw, 'Fn::Split');
    // The unknown part may hold the delimiter.
    return isUnknown(whole)
      ? new UnknownValue(`Split(${JSON.stringify(delimiter)}, ${shown(whole)})`)
      : whole.split(delimiter);
  },
  'Fn::If': (argument, at) => {
    const [name, yes, no] = at.arguments(argument, 'Fn::If', 3);
    return at.scope.value(at.scope.condition(name, at.place) ? yes : no, at.place, at.depth, at.inText);
  },
  'Fn::FindInMap': findInMap,
  'Fn::ImportValue': (argument, at) => at.scope.exported(at.text(argument, 'Fn::ImportValue'), at.depth),
  'Fn::GetStackOutput': (argument, at) =>
    new UnknownValue(`${at.scope.name}.stack output ${keyOf(at.value(argument))}`),
  'Fn::Base64': (argument, at) => {
    const text = at.text(argument, 'Fn::Base64');
    return isOpen(text) ? new UnknownValue(`Base64(${shown(text)})`) : Buffer.from(text).toString('base64');
  },
  'Fn::GetAZs': (argument, at) =>
    new UnknownValue(`${at.scope.name}.availability zones of ${keyOf(at.value(argument))}`),
  'Fn::Cidr': (argument, at) => new UnknownValue(`Cidr(${keyOf(at.value(argument))})`),
  'Fn::ToJsonString': (argument, at) => {
    const value = at.value(argument);
    return value instanceof UnknownValue
      ? new UnknownValue(`Json(${value.name})`)
      : limited(JSON.stringify(plain(value)), at);
  },
  'Fn::Length': (argument, at) => {
    const list = at.list(argument, 'Fn::Length');
    return list instanceof UnknownValue ? new UnknownValue(`Length(${list.name})`) : list.length;
  },
};

/** Whether an object with this one key is a function. */
export function isFunction(key: string): boolean {
  return key === 'Ref' || key.startsWith('Fn::');
}

/** What a function gives. */
export function evaluate(
  name: string,
  argument: Json,
  scope: Scope,
  place: string,
  depth: number,
  inText: boolean,
): Value {
  const call = own(CALLS as unknown as JsonObject, name) as unknown as Call | undefined;
  if (call === undefined) throw scope.error(place, `uses ${name}, which is not understood`);
  return call(argument, new Place(scope, place, depth, inText));
}

function findInMap(argument: Json, at: Place): Value {
  const [rawMap, rawFirst, rawSecond, rawDefault] = at.arguments(argument, 'Fn::FindInMap', 3, 4);
  const map = at.text(rawMap, 'Fn::FindInMap');
  const fallback = isObject(rawDefault) ? own(rawDefault, 'DefaultValue') : undefined;
  const found = own(at.scope.mappings, map);
  if (isOpen(map)) return new UnknownValue(`${at.scope.name}.mapping ${map}`);
  const keys = [rawFirst, rawSecond].map((raw) => at.text(raw, 'Fn::FindInMap'));
  let level: Json | undefined = found;
  for (const key of keys) {
    const literals: string[] = isObject(level) ? Object.keys(level) : [];
    const chosen = isOpen(key) ? at.scope.among(key, literals) : key;
    level = chosen === undefined || !isObject(level) ? undefined : own(level, chosen);
    if (level === undefined) {
      if (fallback !== undefined) return at.value(fallback);
      if (isOpen(key)) {
        throw at.scope.impossible(
          at.place,
          `looks for ${map}/${keys.map(shown).join('/')}, which "Mappings" does not have`,
        );
      }
      throw at.error(`looks for ${map}/${keys.map(shown).join('/')}, which "Mappings" does not have`);
    }
  }
  return at.value(level!);
}

/** `Stack.Outputs.Name` is the attribute `Outputs.Name`. */
function splitOnce(text: string): [string, string | undefined] {
  const dot = text.indexOf('.');
  return dot === -1 ? [text, undefined] : [text.slice(0, dot), text.slice(dot + 1)];
}

function limited(text: string, at: Place): string {
  if (text.length > MAX_TEXT) throw at.error(`makes a text of more than ${MAX_TEXT} characters`);
  return text;
}

function keyOf(value: Value): string {
  return shown(JSON.stringify(plain(value)) ?? 'nothing');
}

/** A value without the classes of this folder: what is unknown becomes marked text. */
function plain(value: Value): unknown {
  if (value instanceof UnknownValue) return unknown(value.name);
  if (isValueList(value)) return value.map(plain);
  if (isValueObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return value === NO_VALUE ? undefined : value;
}
