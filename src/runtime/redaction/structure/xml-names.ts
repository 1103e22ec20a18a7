import { Role, roleOf } from './idioms';
import { Names, type Name } from './names';
import type { Edge } from './path';
import { COLON } from './xml-bytes';
import { ATTRIBUTE, type XmlTag } from './xml-tag';
import { XML_TEXT } from './xml-text';
import type { FieldContext } from '../contract';

/** An element's or attribute's name as the document writes it. */
export interface XmlName extends Name {
  readonly prefix: string;
  readonly local: string;
  readonly context: FieldContext;
  readonly role: Role;
  /** `xmlns`, `xmlns:*` or `xml:*`. */
  readonly reserved: boolean;
  /** The path edges it stands for: in no namespace, and by namespace. */
  readonly element: Edge;
  readonly attribute: Edge;
  readonly elementEdges: Map<string, Edge>;
  readonly attributeEdges: Map<string, Edge>;
  /** What followed the last time that an element of this name ended, and how often it was something else. */
  passage: Passage | undefined;
  detours: number;
  /** The names that stood in the last such element: of the first element in it, and of its attributes. */
  child: XmlName | undefined;
  readonly attributes: XmlName[];
}

/**
 * From the end of one element to the name of the next that opens, with nothing but ends of elements and white space
 * between.
 */
export interface Passage {
  readonly bytes: Buffer;
  /** The elements that it ends, the innermost first. */
  readonly ends: readonly XmlName[];
  readonly opens: XmlName;
}

interface Declaration {
  readonly depth: number;
  readonly prefix: string;
  readonly namespace: string;
}

/** The names of a document, and the namespaces that they are in. */
export class XmlNames {
  private readonly known = new Names<XmlName>();
  private readonly declarations: Declaration[] = [];

  /** @param namespaced whether any path of the policy is in a namespace */
  constructor(private readonly namespaced: boolean) {}

  /** How many there are. */
  public get size(): number {
    return this.known.size;
  }

  /** The name that stands in `[start, end)`, which is `guess` more often than not. */
  public find(buffer: Buffer, start: number, end: number, guess: XmlName | undefined): XmlName {
    if (guess !== undefined && sameName(guess.bytes, buffer, start, end)) return guess;
    const known = this.known.find(buffer, start, end);
    if (known) return known;
    const bytes = Buffer.from(buffer.subarray(start, end));
    const colon = bytes.indexOf(COLON);
    const local = bytes.toString('utf8', colon + 1);
    const prefix = colon < 0 ? '' : bytes.toString('utf8', 0, colon);
    const name: XmlName = {
      bytes,
      prefix,
      local,
      context: { name: local },
      role: roleOf(local),
      reserved: /^(?:xmlns$|xmlns:|xml:)/.test(bytes.toString('latin1')),
      element: edgeOf({ prefix, local }, '', false),
      attribute: edgeOf({ prefix, local }, '', true),
      elementEdges: new Map(),
      attributeEdges: new Map(),
      passage: undefined,
      detours: 0,
      child: undefined,
      attributes: [],
    };
    this.known.remember(name);
    return name;
  }

  /** The step of a path that the name stands for where it is. */
  public edge(name: XmlName, attribute: boolean): Edge {
    // An attribute without prefix is in no namespace, whatever the default is.
    const namespace = this.namespaced && !(attribute && name.prefix === '') ? this.namespaceOf(name.prefix) : '';
    if (namespace === '') return attribute ? name.attribute : name.element;
    const edges = attribute ? name.attributeEdges : name.elementEdges;
    let edge = edges.get(namespace);
    if (!edge) edges.set(namespace, (edge = edgeOf(name, namespace, attribute)));
    return edge;
  }

  private namespaceOf(prefix: string): string {
    for (let i = this.declarations.length - 1; i >= 0; i--) {
      if (this.declarations[i].prefix === prefix) return this.declarations[i].namespace;
    }
    return '';
  }

  /** Takes note of the namespaces that the tag declares for the element at `depth`. */
  public declare(buffer: Buffer, { attributes, attributeFields }: XmlTag, depth: number): void {
    if (!this.namespaced) return;
    for (let i = 0; i < attributeFields; i += ATTRIBUTE) {
      const name = buffer.toString('utf8', attributes[i + 1], attributes[i + 2]);
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
      const namespace = XML_TEXT.decode(buffer, attributes[i + 3], attributes[i + 4])
        .view()
        .toString('utf8');
      this.declarations.push({ depth, prefix: name.slice('xmlns:'.length), namespace });
    }
  }

  /** The element at `depth` has ended. */
  public leave(depth: number): void {
    while (this.declarations.length > 0 && this.declarations[this.declarations.length - 1].depth >= depth) {
      this.declarations.pop();
    }
  }
}

function edgeOf({ prefix, local }: Pick<XmlName, 'prefix' | 'local'>, namespace: string, attribute: boolean): Edge {
  return {
    name: local,
    qualifiedName: prefix === '' ? local : `${prefix}:${local}`,
    namespace,
    attribute,
    from: undefined,
    to: undefined,
  };
}

/** Whether `[start, end)` reads as the name does. */
export function sameName(name: Buffer, buffer: Buffer, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) {
    if (name[i] !== buffer[start + i]) return false;
  }
  return true;
}
