import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as nag from 'cdk-nag';
import * as versions from '../../projenrc/versions';
import { examples } from '../../scripts/delivery/sandbox';

test('there are examples', () => expect(examples().length).toBeGreaterThan(1));

describe.each(examples())('$name', ({ name, folder, dependencies }) => {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');

  test('runs every pack, so that the demo shows what all of them say', () => {
    const packs = Object.keys(nag).filter((each) => each.endsWith('Checks'));
    expect(packs).toHaveLength(6);
    for (const pack of packs) expect(sources).toContain(`new ${pack}(app)`);
  });

  test('stands as a user would write it: its own package, the library by its name, nothing of the repository', () => {
    expect(sources).toContain("from 'cdk-s3-strongbox'");
    expect(sources).not.toMatch(/from '\.\.\/\.\./);
    expect(dependencies).toMatchObject({
      'aws-cdk': versions.CDK_CLI,
      'aws-cdk-lib': `^${versions.CDK_FLOOR}`,
      constructs: `^${versions.CONSTRUCTS_FLOOR}`,
      'cdk-s3-strongbox': '*',
    });
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({ name, private: true });
  });
});
