// The version of the next release, for the release workflow: the newest section of the changelog names it.
import { readFileSync } from 'node:fs';

const changelog = process.argv[2] ?? 'CHANGELOG.md';
const [, heading = 'nothing'] = /^## (.*)$/m.exec(readFileSync(changelog, 'utf8')) ?? [];
const [, version] = /^(\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d\)$/.exec(heading) ?? [];
if (!version) {
  process.stderr.write(
    `${changelog}: the newest section must be "X.Y.Z (YYYY-MM-DD)" (got "${heading}"). ` +
      'Give the section "Unreleased" its version and date, commit, and start the release again.\n',
  );
  process.exit(1);
}
process.stdout.write(version);
