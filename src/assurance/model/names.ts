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

/** Resources by what a property of theirs refers to, so that not every one is compared with every other. */
export class ReferenceIndex {
  private readonly referring = new Map<string, number[]>();
  /** Places of those that name something otherwise. */
  private readonly naming: number[] = [];
  private readonly fromElsewhere = new Map<string, readonly number[]>();

  public constructor(
    private readonly resources: readonly TemplateResource[],
    private readonly property: string,
  ) {
    resources.forEach((resource, place) => {
      const referent = this.referentOf(resource);
      if (referent === undefined) {
        this.naming.push(place);
        return;
      }
      const key = `${resource.stack} ${referent}`;
      const places = this.referring.get(key);
      if (places === undefined) this.referring.set(key, [place]);
      else places.push(place);
    });
  }

  /** Those of which the property may name the target, in the order in which they were given. */
  public about({ stack, logicalId }: TemplateResource): TemplateResource[] {
    const places = [...(this.referring.get(`${stack} ${logicalId}`) ?? []), ...this.elsewhere(stack), ...this.naming];
    return places.sort((a, b) => a - b).map((place) => this.resources[place]);
  }

  /** A `Ref` in another stack is to a resource there, which may have the same name. */
  private elsewhere(stack: string): readonly number[] {
    let found = this.fromElsewhere.get(stack);
    if (found === undefined) {
      found = this.resources.flatMap((resource, place) =>
        resource.stack !== stack && this.referentOf(resource) !== undefined ? [place] : [],
      );
      this.fromElsewhere.set(stack, found);
    }
    return found;
  }

  private referentOf(resource: TemplateResource): string | undefined {
    return resource.referent(resource.written[this.property]);
  }
}
