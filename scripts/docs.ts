/** Regenerates what the documents take from the catalog of controls. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withControlsTable } from './delivery/controls-table';
import { ROOT } from './delivery/pack';

const file = join(ROOT, 'README.md');
writeFileSync(file, withControlsTable(readFileSync(file, 'utf8')));
