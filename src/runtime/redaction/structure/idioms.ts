import type { FieldContext } from '../contract';

/** What a member's name says of its neighbours. */
export const enum Role {
  None,
  Name,
  Value,
  Type,
}

const NAME =
  /^(?:name|key|field|label|attribute|property|system|variable|header|column|param|parameter|parameter_?(?:key|name)|option_?name)$/i;
const VALUE =
  /^(?:value|val|content|default|default_?value|string_?value|field_?value|parameter_?value|resolved_?value)$/i;
/** The types of DynamoDB's attribute values. @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html */
const TYPE = /^(?:S|N|B|SS|NS|BS|L)$/;

export function roleOf(name: string): Role {
  if (TYPE.test(name)) return Role.Type;
  return NAME.test(name) ? Role.Name : VALUE.test(name) ? Role.Value : Role.None;
}

/** Contexts that are remembered. */
const REMEMBERED = 1024;
/** Longer names are sentences. */
const LONGEST_NAME = 128;

/** The names that values of documents give to their neighbours: `{"name":"DB_PASSWORD","value":"..."}`. */
export class GivenNames {
  private readonly known = new Map<string, FieldContext>();

  public find(bytes: Buffer, start: number, end: number): FieldContext | undefined {
    if (start === end || end - start > LONGEST_NAME) return undefined;
    const name = bytes.toString('utf8', start, end);
    let context = this.known.get(name);
    if (!context) {
      context = { name };
      if (this.known.size < REMEMBERED) this.known.set(name, context);
    }
    return context;
  }
}
