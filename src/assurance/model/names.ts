import type { TemplateResource } from '../template/resource';
import { sameName } from '../template/same-name';
import { TemplateError } from '../template/template-error';
import type { Json } from '../template/value';
import type { World } from '../template/world';

/**
 * Whether what a property names is this resource. A `Ref` to a resource of the same template is that resource and no
 * other, whatever its name; else the names are compared.
 * @param written the property as the template writes it
 * @param read the same as text
 * @throws {UndecidedError} if only the deployment knows
 */
export function isNamed(
  from: TemplateResource,
  written: Json | undefined,
  read: () => unknown,
  target: TemplateResource,
  world: World,
  name = () => target.self(),
): boolean {
  const referent = from.referent(written);
  if (referent !== undefined && from.stack === target.stack) return referent === target.logicalId;
  let text: unknown;
  try {
    text = read();
  } catch (error) {
    // It cannot be deployed, and names nothing; the resource itself is reported.
    if (error instanceof TemplateError) return false;
    throw error;
  }
  return typeof text === 'string' && sameName(text, name(), world);
}
