/**
 * Corrects in .jsii.tabl.json, the translated examples from which the packages take their documentation, what
 * jsii-rosetta translates into code that does not compile. Run after `jsii-rosetta extract`; a second run changes
 * nothing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './delivery/pack';
import { corrected, type Tablet } from './languages/tablet';

const FILE = join(ROOT, '.jsii.tabl.json');
const before = readFileSync(FILE, 'utf8');
const after = JSON.stringify(corrected(JSON.parse(before) as Tablet, ROOT), undefined, 2);
writeFileSync(FILE, after);
console.log(`.jsii.tabl.json: ${Object.keys((JSON.parse(after) as Tablet).snippets).length} examples`);
