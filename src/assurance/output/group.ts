import type { Issue } from '../findings/issue';

/** Findings that one remedy ends. */
export interface Group {
  /** The worst of them. */
  readonly first: Issue;
  readonly issues: readonly Issue[];
  /** Ids, each once. */
  readonly ids: readonly string[];
  /** Paths of the resources, each once. */
  readonly paths: readonly string[];
}

/** Findings of one level and remedy together, in the order of the first of each. */
export function grouped(issues: readonly Issue[]): Group[] {
  const groups = new Map<string, Issue[]>();
  for (const issue of issues) {
    const key = `${issue.level} ${issue.path === '' ? issue.detail : (issue.code ?? issue.fix)}`;
    groups.set(key, [...(groups.get(key) ?? []), issue]);
  }
  return [...groups.values()].map((same) => ({
    first: same[0],
    issues: same,
    ids: [...new Set(same.map(({ id }) => id))],
    paths: [...new Set(same.map(({ path }) => path).filter((path) => path !== ''))],
  }));
}

const NOUNS: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'bucket',
  'AWS::S3::BucketPolicy': 'bucket policy',
  'AWS::S3::AccessPoint': 'access point',
  'AWS::KMS::Key': 'key',
  'AWS::EC2::VPCEndpoint': 'VPC endpoint',
  'AWS::IAM::Role': 'role',
  'Custom::StrongboxGlacierVault': 'vault',
};

/** e.g. `3 buckets`; empty for a finding about no resource. */
export function countOf({ issues, paths }: Group): string {
  if (paths.length === 0) return '';
  const types = new Set(issues.map(({ resource }) => resource?.type ?? ''));
  const noun = (types.size === 1 && NOUNS[[...types][0]]) || 'resource';
  return `${paths.length} ${paths.length === 1 ? noun : noun.replace(/y$/, 'ie').replace(/(ke)ie$/, '$1y') + 's'}`;
}
