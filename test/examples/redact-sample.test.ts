import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilePolicy } from '../../src/runtime/redaction/compiled-policy';
import { ObjectTransform } from '../../src/runtime/redaction/pipeline';
import type { RedactionPolicyDocument } from '../../src/runtime/redaction/policy';

const FOLDER = join(__dirname, '..', '..', 'examples', 'redact-sample');
const read = (name: string) => readFileSync(join(FOLDER, name));

test.each(['letter.txt', 'customers.json', 'customers.csv'])(
  '%s: the README shows what it is and what becomes of it',
  (name) => {
    const policy = compilePolicy(JSON.parse(read('policy.json').toString()) as RedactionPolicyDocument);
    const object = new ObjectTransform(policy, policy.session(), { name });
    const redacted = Buffer.concat([...object.push(read(name)), ...object.end()]).toString();
    const readme = read('README.md').toString();
    expect(readme).toContain(`\n${read(name).toString()}\`\`\``);
    expect(readme).toContain(`\n${redacted}\`\`\``);
    expect(redacted).not.toMatch(/@|Ada|Jos|Muster|mornings|4111 1111|\.44|\.7\b|7946/);
  },
);
