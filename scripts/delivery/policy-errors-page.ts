import { CLAIM_UNREADABLE } from '../../src/assurance/claims/checks';
import { levelOfRule } from '../../src/assurance/findings/rules';
import { LINTS, type Rule } from '../../src/assurance/lints';

const INTRODUCTION = `# Policy errors

Generated from \`src/assurance/lints/\` by \`npm run docs\`; do not edit it.

\`prove\` and \`StrongboxChecks\` report these mistakes without a proof: each can be read off the template. They speak of the policies of S3, KMS, access
points and VPC endpoints, and of the policies of identities that reach them; of other policies of an app they say nothing, and nothing of a value
that only the deployment knows. To accept a finding, acknowledge \`Strongbox::<id>\` on the construct, with a reason.

*error*: a policy does not do what it says, or AWS refuses it. *warning*: probably not meant. *advice*: nothing is open, another spelling is better.
`;

/** The page docs/policy-errors.md. */
export function policyErrorsPage(): string {
  const rules: readonly Rule[] = [...LINTS, CLAIM_UNREADABLE];
  return `${[INTRODUCTION.trimEnd(), table(rules), ...rules.map(section)].join('\n\n')}\n`;
}

function table(rules: readonly Rule[]): string {
  return [
    '| Id | What it finds | Level |',
    '|---|---|---|',
    ...rules.map(({ id, title }) => `| [\`${id}\`](#${id}) | ${cell(title)} | ${levelOfRule(id)} |`),
  ].join('\n');
}

function section({ id, title, fix, example, page }: Rule): string {
  return [
    `## ${id}`,
    `${title}. ${fix}`,
    `Wrong: ${code(example.wrong)}`,
    `Right: ${code(example.right)}`,
    ...(page === undefined ? [] : [`AWS: <${page}>`]),
  ].join('\n\n');
}

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|');
