import { isUnreadable } from './shaped';

/**
 * The resource as far as lints may speak of it: none if a property cannot be read, or is an object or list of which
 * nothing is known.
 */
export function readable<T extends { readonly properties: unknown }>(resource: T): T[] {
  try {
    return isKnown(resource.properties, 0) ? [resource] : [];
  } catch {
    return [];
  }
}

function isKnown(value: unknown, depth: number): boolean {
  if (isUnreadable(value) || depth > 100) return false;
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every((item) => isKnown(item, depth + 1));
}
