import { createHash } from 'node:crypto';
import { placeOf } from './place';
import type { Issue } from '../findings/issue';
import { FindingLevel } from '../findings/level';
import type { Review } from '../findings/review';

const LEVEL: Readonly<Record<FindingLevel, string>> = {
  [FindingLevel.ERROR]: 'error',
  [FindingLevel.WARNING]: 'warning',
  [FindingLevel.ADVICE]: 'note',
};

/**
 * SARIF 2.1.0, for code scanning. What is accepted or known is there as suppressed.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function renderSarif({ open, accepted, known }: Review, version: string): string {
  const all = [
    ...open.map((issue) => ({ issue, suppressed: undefined })),
    ...accepted.map(({ issue, reason }) => ({ issue, suppressed: { kind: 'inSource', justification: reason } })),
    ...known.map((issue) => ({ issue, suppressed: { kind: 'external', justification: 'known from the baseline' } })),
  ];
  const rules = new Map<string, Issue>();
  for (const { issue } of all) if (!rules.has(issue.id)) rules.set(issue.id, issue);
  const ids = [...rules.keys()];
  return JSON.stringify(
    {
      version: '2.1.0',
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
      runs: [
        {
          tool: {
            driver: {
              name: 'cdk-s3-strongbox',
              version,
              informationUri: 'https://github.com/cdk-s3-strongbox/cdk-s3-strongbox',
              rules: [...rules.values()].map(ruleOf),
            },
          },
          columnKind: 'utf16CodeUnits',
          results: all.map(({ issue, suppressed }) => ({
            ruleId: ruleId(issue),
            ruleIndex: ids.indexOf(issue.id),
            level: LEVEL[issue.level],
            message: { text: messageOf(issue) },
            locations: [locationOf(issue)],
            partialFingerprints: { 'strongbox/v1': fingerprint(issue) },
            ...(suppressed && { suppressions: [suppressed] }),
            properties: { harm: issue.harm, status: issue.status },
          })),
        },
      ],
    },
    undefined,
    2,
  );
}

function ruleId({ id }: Issue): string {
  return `Strongbox::${id}`;
}

function ruleOf(issue: Issue) {
  const { title, fix, code, page, topic, level } = issue;
  const how = code === undefined ? fix : `${code}\n\nIn a template: ${fix}`;
  return {
    id: ruleId(issue),
    name: issue.id,
    shortDescription: { text: title },
    fullDescription: { text: `${title}. ${fix}` },
    help: {
      text: how,
      markdown: code === undefined ? fix : `\`\`\`ts\n${code}\n\`\`\`\n\nIn a template: ${fix}\n\n[More](${page})`,
    },
    helpUri: page,
    defaultConfiguration: { level: LEVEL[level] },
    properties: { tags: ['security', topic] },
  };
}

function messageOf({ title, sentence, path, code, fix }: Issue): string {
  return `${title}${path === '' ? '' : ` (${path})`}: ${sentence}. Fix: ${code ?? fix}`;
}

function locationOf(issue: Issue) {
  const place = placeOf(issue);
  return {
    ...(place && {
      physicalLocation: {
        artifactLocation: { uri: encodeURI(place.file) },
        region: { startLine: place.line, ...(place.column !== undefined && { startColumn: place.column }) },
      },
    }),
    ...(issue.path !== '' && { logicalLocations: [{ fullyQualifiedName: issue.path, kind: 'resource' }] }),
  };
}

/** Equal for the same finding of another run. */
function fingerprint({ id, path, location, sentence, status }: Issue): string {
  return createHash('sha256')
    .update(JSON.stringify([id, path, location, ...(status === 'error' ? [sentence] : [])]))
    .digest('hex')
    .slice(0, 32);
}
