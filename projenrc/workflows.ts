import type { awscdk } from 'projen';
import { JobPermission } from 'projen/lib/github/workflows-model';

const NODE_VERSIONS = ['20', '22', '24'];

/** What a hosted CI runs: `.ci/run`, the tests on each supported Node.js, and both ends of the range of aws-cdk-lib. */
export function checks(project: awscdk.AwsCdkConstructLibrary): void {
  // publib knows the registry of npm; the workflow need not name it.
  project.github!.tryFindWorkflow('release')!.file!.addDeletionOverride('jobs.release_npm.steps.9.env.NPM_REGISTRY');
  const workflow = project.github!.addWorkflow('checks');
  workflow.on({ pullRequest: {}, push: { branches: ['main'] }, workflowDispatch: {} });
  const job = (minutes: number, node: string, run: string) => ({
    runsOn: ['ubuntu-latest'],
    permissions: { contents: JobPermission.READ },
    timeoutMinutes: minutes,
    steps: [
      { uses: 'actions/checkout@v5', with: { 'fetch-depth': 0 } },
      { uses: 'actions/setup-node@v5', with: { 'node-version': node } },
      { run },
    ],
  });
  workflow.addJobs({
    all: job(120, '22', '.ci/run'),
    test: {
      ...job(40, '${{ matrix.node }}', 'npm ci && npm test'),
      strategy: { failFast: false, matrix: { domain: { node: NODE_VERSIONS } } },
    },
    cdk: job(60, '22', 'npm ci && npm run cdk-versions'),
  });
}
