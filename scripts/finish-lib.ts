/**
 * Finishes lib/ after jsii: lib/index.js loads a module when one of its names is first used, as aws-cdk-lib does, so
 * that an app does not wait for what it does not use; and source maps go to build/source-maps, since they were 40 % of
 * the package. A second run changes nothing.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './delivery/pack';

const LIB = join(ROOT, 'lib');
const MODULE = /^(?:var|const) (\w+) = require\("(\.[^"]+)"\);\n/gm;
const EXPORT =
  /^Object\.defineProperty\(exports, "(\w+)", \{ enumerable: true, get: function \(\) \{ return (\w+)\.(\w+); \} \}\);$/gm;
const MAP = /\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\n?/;

/** Once asked for, a name is a plain property. */
const LAZY = `function lazy(name, load) {
  const define = (rest) => Object.defineProperty(exports, name, { enumerable: true, configurable: true, ...rest });
  define({ get: () => { const value = load()[name]; define({ value }); return value; } });
}
`;

/** The floor is told first: without it an old AWS CDK fails somewhere in the middle of a class. */
const FLOOR = `require("./input/cdk-floor").requireCdk(
  require("../package.json").peerDependencies["aws-cdk-lib"],
  require("aws-cdk-lib/package.json").version,
);
`;

/** The compiled index with every module loaded on first use. */
export function lazily(source: string): string {
  if (source.includes(LAZY)) return source;
  const paths = new Map([...source.matchAll(MODULE)].map(([, variable, path]) => [variable, path]));
  const result = source
    .replace(MODULE, '')
    .replace(EXPORT, (_, name: string, variable: string, member: string) => {
      if (member !== name) {
        throw new Error(`lib/index.js exports ${member} as ${name}, which scripts/finish-lib.ts does not know`);
      }
      return `lazy("${name}", () => require("${paths.get(variable)}"));`;
    })
    .replace('"use strict";\n', `"use strict";\n${FLOOR}${LAZY}`);
  if (result === source || /^(?:var|const) \w+ = require/m.test(result)) {
    throw new Error('lib/index.js has another form than scripts/finish-lib.ts knows');
  }
  return result;
}

function finish(file: string): void {
  const path = join(LIB, file);
  const source = readFileSync(path, 'utf8');
  const map = MAP.exec(source);
  const text = (file === 'index.js' ? lazily(source) : source).replace(MAP, '');
  if (text !== source) writeFileSync(path, text);
  if (!map) return;
  const target = join(ROOT, 'build', 'source-maps', `${file}.map`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, Buffer.from(map[1], 'base64'));
}

if (require.main === module) {
  for (const file of readdirSync(LIB, { recursive: true, encoding: 'utf8' })) if (file.endsWith('.js')) finish(file);
}
