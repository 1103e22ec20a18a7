import { createRequire } from 'node:module';

/**
 * Packages of the AWS SDK from the project in which the command is run: the library itself depends on none.
 *
 * @param does what the command does with them, e.g. `signs with`
 * @throws saying how to get what is not there
 */
export function projectSdk<T extends object>(packages: readonly string[], does: string, paths: string[]): T {
  const loader = createRequire(__filename);
  const modules = packages.map((name) => {
    let path: string;
    try {
      path = loader.resolve(name, { paths });
    } catch {
      throw new Error(
        `"${name}" is not installed: this command ${does} the AWS SDK of your project; run "npm install ` +
          `${packages.join(' ')}" there.`,
      );
    }
    return loader(path);
  });
  return Object.assign({}, ...modules) as T;
}
