/** NOTICE and the software bill of materials, from the same list. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bundles';
import type { Shipped } from './shipped';

const WIDTH = 120;

/** Its text is in LICENSE; of every other licence it is in terms/. */
const OURS = 'Apache-2.0';

export function notice(all: readonly Shipped[]): string {
  const parts = [
    'cdk-s3-strongbox\nCopyright 2026 The cdk-s3-strongbox authors',
    wrapped(
      'What this package contains of others, by name, version, licence and place. The text of the Apache ' +
        'License 2.0 is in LICENSE, the other terms' +
        ' are below.',
    ),
    ...all.map((each) => entry(each)),
    ...[...new Set(all.map(({ license }) => license))]
      .filter((license) => license !== OURS)
      .sort()
      .map(
        (license) =>
          `${license}\n${'-'.repeat(license.length)}\n${readFileSync(join(__dirname, 'terms', `${license}.txt`), 'utf8').trim()}`,
      ),
  ];
  return `${parts.join('\n\n')}\n`;
}

function entry({ name, version, license, copyright, notice: own, places, made }: Shipped): string {
  return [
    `${name} ${version} (${license})`,
    wrapped(`in ${places.join(', ')}`, '  '),
    ...(made === undefined ? [] : [wrapped(made, '  ')]),
    ...copyright.map((line) => `  ${line}`),
    ...(own === undefined ? [] : own.split('\n').map((line) => `  ${line}`.trimEnd())),
  ].join('\n');
}

function wrapped(text: string, indent = ''): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== '' && indent.length + last.length + word.length + 1 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map((line) => indent + line).join('\n');
}

/**
 * CycloneDX 1.6. Without a time and with a serial number that follows from the content: the same input gives the same
 * bytes.
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export function sbom(all: readonly Shipped[], version: string): string {
  const purl = ({ name, version: of }: Pick<Shipped, 'name' | 'version'>) =>
    `pkg:npm/${name.replace('@', '%40')}@${of}`;
  const self = purl({ name: 'cdk-s3-strongbox', version });
  const components = all.map((each) => ({
    type: 'library',
    'bom-ref': purl(each),
    name: each.name,
    version: each.version,
    purl: purl(each),
    scope: 'required',
    licenses: [{ license: { id: each.license } }],
    ...(each.copyright.length === 0 ? {} : { copyright: each.copyright.join('\n') }),
    ...(each.sha512 === undefined ? {} : { hashes: [{ alg: 'SHA-512', content: each.sha512 }] }),
    properties: each.places.map((place) => ({ name: 'strongbox:place', value: place })),
  }));
  const digest = createHash('sha256')
    .update(JSON.stringify([self, components]))
    .digest('hex');
  const serial = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `5${digest.slice(13, 16)}`,
    `a${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
  return `${JSON.stringify(
    {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      serialNumber: `urn:uuid:${serial}`,
      version: 1,
      metadata: {
        component: {
          type: 'library',
          'bom-ref': self,
          name: 'cdk-s3-strongbox',
          version,
          purl: self,
          licenses: [{ license: { id: 'Apache-2.0' } }],
        },
      },
      components,
      dependencies: [
        { ref: self, dependsOn: components.map((each) => each['bom-ref']) },
        ...components.map((each) => ({ ref: each['bom-ref'] })),
      ],
    },
    undefined,
    1,
  )}\n`;
}

export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

export interface Component {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly places: readonly string[];
}

/** What the last build wrote. */
export function readSbom(): Component[] {
  const { components } = JSON.parse(readFileSync(join(ROOT, 'assets', 'sbom.cdx.json'), 'utf8')) as {
    components: Array<{
      name: string;
      version: string;
      licenses: Array<{ license: { id: string } }>;
      properties: Array<{ value: string }>;
    }>;
  };
  return components.map(({ name, version, licenses, properties }) => ({
    name,
    version,
    license: licenses[0].license.id,
    places: properties.map(({ value }) => value),
  }));
}
