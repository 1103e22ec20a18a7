import type { LooseStatement } from './documents';
import type { Lint, Mistake } from './lint';
import { s3Page } from './pages';
import { isUnknown } from '../template/unknown';

/** An ARN that names nothing: too few colons, or a Region where S3 has none. */
export const arnMalformed: Lint = {
  id: 'arn-malformed',
  title: 'A policy names an ARN that no resource has',
  fix: 'Write bucket ARNs as arn:PARTITION:s3:::BUCKET and object ARNs as arn:PARTITION:s3:::BUCKET/KEY.',
  page: s3Page('s3-arn-format'),
  example: { wrong: 'arn:aws:s3::my-bucket/*', right: 'arn:aws:s3:::my-bucket/*' },
  *find(template) {
    for (const statement of template.statements) {
      for (const [element, arns] of [
        ['Resource', statement.resources],
        ['NotResource', statement.notResources],
      ] as const) {
        for (const arn of arns) yield* judge(arn, element, statement);
      }
    }
  },
};

function* judge(arn: string, element: string, { document: { resource }, location }: LooseStatement): Iterable<Mistake> {
  const mistake = (message: string): Mistake => ({ resource, location: `${location}.${element}`, message });
  if (arn === '*' || isUnknown(arn)) return;
  const parts = arn.split(':');
  if (parts[0] !== 'arn') {
    if (!/^[*?]/.test(arn)) yield mistake(`"${arn}" is no ARN: it must begin with "arn:".`);
    return;
  }
  if (parts.length < 6) {
    // IAM fills up what follows a closing wildcard.
    if (parts[parts.length - 1] === '*') return;
    yield mistake(
      `"${arn}" has ${parts.length} parts, an ARN has six: a colon is ` +
        `missing${parts[2] === 's3' ? ' (arn:aws:s3:::bucket)' : ''}.`,
    );
    return;
  }
  const [, , service, region, account, ...rest] = parts;
  const name = rest.join(':');
  if (service !== 's3') return;
  const isBucket = !/^(accesspoint|access-grants|job|storage-lens|storage-lens-group|async-request)(\/|$)/.test(name);
  if (isBucket && (region !== '' || account !== '')) {
    yield mistake(
      `"${arn}" has a Region or account, which bucket ARNs do not have: write arn:${parts[1]}:s3:::${name}.`,
    );
  }
  if (name.endsWith('/')) {
    yield mistake(`"${arn}" ends in "/" and so matches no object below it: write "${arn}*".`);
  }
}
