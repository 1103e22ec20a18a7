import { RIGHTS, type AccessMap, type Right } from './access';

/** What one principal may do by one access path: a row of the list, and an edge of the picture. */
export interface Grant {
  readonly who: string;
  /** The bucket itself, an access point, or a view. */
  readonly path: string;
  readonly parts: readonly GrantPart[];
}

/** The same rights under some prefixes. */
export interface GrantPart {
  /** Empty: every key that no other prefix covers. */
  readonly prefixes: readonly string[];
  readonly rights: readonly Right[];
  /** Rights that only the deployment knows of. */
  readonly perhaps: readonly Right[];
  /** Which statements give them, each once. */
  readonly reasons: readonly string[];
}

/** The map as a list of what is granted; who reaches nothing has a row without parts. */
export function grantsOf({ columns, rows }: AccessMap): Grant[] {
  return rows.flatMap(({ who, cells, reasons }) => {
    const byPath = new Map<string, Map<string, GrantPart>>();
    cells.forEach((cell, index) => {
      const rights = RIGHTS.filter((right) => cell[right] === 'yes');
      const perhaps = RIGHTS.filter((right) => cell[right] === 'unknown');
      if (rights.length + perhaps.length === 0) return;
      const { door, prefix } = columns[index];
      const parts = byPath.get(door) ?? new Map<string, GrantPart>();
      byPath.set(door, parts);
      const key = [...rights, ...perhaps.map((right) => `?${right}`)].join();
      const same = parts.get(key);
      parts.set(key, {
        rights,
        perhaps,
        prefixes: [...(same?.prefixes ?? []), prefix],
        reasons: [...new Set([...(same?.reasons ?? []), ...Object.values(reasons[index])])],
      });
    });
    if (byPath.size === 0) return [{ who, path: '', parts: [] }];
    return [...byPath].map(([path, parts]) => ({ who, path, parts: [...parts.values()] }));
  });
}

/** e.g. `read, list; perhaps write`. */
export function rightsIn({ rights, perhaps }: GrantPart): string {
  return [
    ...(rights.length > 0 ? [rights.join(', ')] : []),
    ...(perhaps.length > 0 ? [`perhaps ${perhaps.join(', ')}`] : []),
  ].join('; ');
}

/** Which keys a part is about, as a reader says it. */
export function keysIn({ prefixes }: GrantPart, all: number): string {
  if (prefixes.length === all) return 'every key';
  return prefixes.map((prefix) => (prefix === '' ? 'other keys' : `${prefix}*`)).join(', ');
}

/** How many prefixes the map tells apart. */
export function prefixCount({ columns }: AccessMap): number {
  return new Set(columns.map(({ prefix }) => prefix)).size;
}
