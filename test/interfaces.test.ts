/**
 * What a typed language other than TypeScript asks of a class that implements an interface: every member, the optional
 * ones too.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ROOT } from '../scripts/delivery/pack';

interface Type {
  readonly kind: string;
  readonly base?: string;
  readonly interfaces?: readonly string[];
  readonly properties?: ReadonlyArray<{ readonly name: string }>;
  readonly methods?: ReadonlyArray<{ readonly name: string }>;
}

function typesOf(folder: string): Record<string, Type> {
  const compressed = join(folder, '.jsii.gz');
  const text = existsSync(compressed)
    ? gunzipSync(readFileSync(compressed)).toString()
    : readFileSync(join(folder, '.jsii'), 'utf8');
  return (JSON.parse(text) as { types: Record<string, Type> }).types;
}

const own = typesOf(ROOT);
const all: Record<string, Type> = {
  ...own,
  ...typesOf(join(ROOT, 'node_modules', 'aws-cdk-lib')),
  ...typesOf(join(ROOT, 'node_modules', 'constructs')),
};

const members = ({ properties = [], methods = [] }: Type) => [...properties, ...methods].map(({ name }) => name);
const above = (name: string): string[] => [
  name,
  ...(all[name]?.interfaces ?? []).flatMap(above),
  ...(all[name]?.base ? above(all[name].base) : []),
];

test('every class declares every member of the interfaces that it implements', () => {
  const classes = Object.entries(own).filter(([, { kind, interfaces }]) => kind === 'class' && interfaces);
  expect(classes.length).toBeGreaterThan(1);
  const missing = classes.flatMap(([name, { interfaces }]) => {
    const declared = new Set(
      above(name)
        .filter((each) => all[each]?.kind === 'class')
        .flatMap((each) => members(all[each])),
    );
    return interfaces!.flatMap(above).flatMap((each) => {
      expect(all[each]).toBeDefined();
      return members(all[each])
        .filter((member) => !declared.has(member))
        .map((member) => `${name}.${member} of ${each}`);
    });
  });
  expect(missing).toEqual([]);
});
