/**
 * The options of one claim, as they stand in a template. Each reading checks the shape; what nobody reads is a
 * misspelling.
 */
export class ClaimOptions {
  private readonly left: Map<string, unknown>;

  /** @throws if the options are no object */
  public constructor(raw: unknown) {
    if (raw !== undefined && !isRecord(raw)) throw wrong('options', raw, 'an object');
    this.left = new Map(Object.entries(raw ?? {}));
  }

  public text(name: string): string {
    const value = this.take(name);
    if (typeof value !== 'string') throw wrong(name, value, 'text');
    return value;
  }

  public optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  public number(name: string): number {
    const value = this.take(name);
    // CloudFormation makes numbers of parameters and mappings texts.
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) throw wrong(name, value, 'a number');
    return number;
  }

  public optionalNumber(name: string): number | undefined {
    return this.has(name) ? this.number(name) : undefined;
  }

  public flag(name: string): boolean {
    const value = this.take(name) ?? false;
    if (value === 'true' || value === 'false') return value === 'true';
    if (typeof value !== 'boolean') throw wrong(name, value, 'true or false');
    return value;
  }

  public optionalFlag(name: string): boolean | undefined {
    return this.has(name) ? this.flag(name) : undefined;
  }

  public texts(name: string): string[] {
    const value = this.take(name);
    const list = typeof value === 'string' ? [value] : value;
    if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) {
      throw wrong(name, value, 'a list of texts');
    }
    return list;
  }

  public optionalTexts(name: string): string[] | undefined {
    return this.has(name) ? this.texts(name) : undefined;
  }

  /** A list that means nobody where it is left out. */
  public names(name: string): string[] {
    return this.optionalTexts(name) ?? [];
  }

  public optionalTextByName(name: string): { [name: string]: string } | undefined {
    return this.optionalRecord(name, (value): value is string => typeof value === 'string', 'texts');
  }

  public optionalNumberByName(name: string): { [name: string]: number } | undefined {
    return this.optionalRecord(name, (value): value is number => typeof value === 'number', 'numbers');
  }

  public optionalTextsByName(name: string): { [name: string]: string[] } | undefined {
    return this.optionalRecord(
      name,
      (value): value is string[] => Array.isArray(value) && value.every((item) => typeof item === 'string'),
      'lists of texts',
    );
  }

  /** @throws if an option is left that no reading took */
  public requireAllRead(): void {
    const [unread] = this.left.keys();
    if (unread !== undefined) throw new Error(`"${unread}" is no option of this guarantee`);
  }

  private optionalRecord<T>(
    name: string,
    fits: (value: unknown) => value is T,
    what: string,
  ): { [name: string]: T } | undefined {
    if (!this.has(name)) return undefined;
    const value = this.take(name);
    if (!isRecord(value) || !Object.values(value).every(fits)) throw wrong(name, value, `an object of ${what}`);
    return value as { [name: string]: T };
  }

  private has(name: string): boolean {
    return this.left.get(name) !== undefined;
  }

  private take(name: string): unknown {
    const value = this.left.get(name);
    this.left.delete(name);
    return value;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(name: string, value: unknown, expected: string): Error {
  return new Error(`"${name}" must be ${expected} (got ${JSON.stringify(value) ?? 'nothing'})`);
}
