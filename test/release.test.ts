import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../scripts/delivery/pack';

interface Job {
  readonly permissions: Record<string, string>;
  readonly steps: ReadonlyArray<{ readonly env?: Record<string, unknown> }>;
}

const folder = mkdtempSync(join(tmpdir(), 'strongbox-release-'));
afterAll(() => rmSync(folder, { recursive: true }));

function nextVersion(changelog: string) {
  const file = join(folder, 'CHANGELOG.md');
  writeFileSync(file, changelog);
  return spawnSync('node', [join(ROOT, 'scripts', 'release', 'next-version.mjs'), file], { encoding: 'utf8' });
}

test('the newest section of the changelog is the version of the release', () => {
  const { status, stdout } = nextVersion(
    '# Changelog\n\n## 0.2.0 (2026-12-24)\n\n- b\n\n## 0.1.0 (2026-12-01)\n\n- a\n',
  );
  expect([status, stdout]).toEqual([0, '0.2.0']);
});

test.each(['## Unreleased', '## 0.2.0', '## v0.2.0 (2026-12-24)', 'no section'])('%s is no release', (section) => {
  const { status, stdout, stderr } = nextVersion(`# Changelog\n\n${section}\n\n- a\n`);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain('the newest section must be "X.Y.Z (YYYY-MM-DD)"');
});

describe('the release workflow', () => {
  const { on, jobs } = parse(readFileSync(join(ROOT, '.github', 'workflows', 'release.yml'), 'utf8')) as {
    on: Record<string, unknown>;
    jobs: Record<string, Job>;
  };

  test('starts by hand only, and publishes to every registry', () => {
    expect(Object.keys(on)).toEqual(['workflow_dispatch']);
    expect(Object.keys(jobs).sort()).toEqual([
      'release',
      'release_github',
      'release_golang',
      'release_maven',
      'release_npm',
      'release_nuget',
      'release_pypi',
    ]);
  });

  test.each(['release_npm', 'release_pypi', 'release_nuget'])('%s proves its origin, without a token', (name) => {
    expect(jobs[name].permissions['id-token']).toBe('write');
    const secrets = jobs[name].steps.flatMap(({ env = {} }) => Object.values(env).map(String));
    expect(secrets.filter((value) => /TOKEN|PASSWORD/.test(value))).toEqual([]);
  });
});
