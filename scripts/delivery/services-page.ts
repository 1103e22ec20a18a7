import { DELIVERIES, type DeliveryRow, type Fit } from '../../src/model/delivery/table';

const WRITERS: Readonly<Record<DeliveryRow['caller'], string>> = {
  service: 'Service principals',
  'service-linked-role': 'Service-linked roles',
  role: 'Roles that you create',
  session: 'Credentials of the caller',
  account: 'AWS accounts',
  'canonical-user': 'Access control lists',
};

const FITS: Readonly<Record<Fit, string>> = {
  yes: 'yes',
  no: 'no',
  configured: 'if configured',
  unknown: 'not documented',
};

const INTRODUCTION = `# AWS services and S3 buckets

Generated from \`src/model/delivery/\` by \`npm run docs\`; do not edit it.

Each row states what a service writes to, or reads from, a bucket, and what the bucket must allow. The last column is the call that allows it, with
its policy statements bounded to resources of your account. *If configured*: the service sends an encryption header of its own unless its
configuration names the KMS key of the bucket. *Not documented*: no page of AWS says whether it works; check that objects arrive.

Only a service principal is exempt from the conditions on \`aws:PrincipalIsAWSService\`. Service roles, service-linked roles and forwarded credentials
are ordinary principals: a perimeter or a list of writers must name them.

\`Trail\`, \`logAccessLogs\` and other L2 constructs of the CDK write statements for a service that name no source, so that it may act for resources of
anybody. \`bucket.with(new BucketServicesBounded())\` bounds them to the account of the bucket, or to the \`accounts\` and the \`organizationId\` that it
names; \`Mixins.of(app).apply(new BucketServicesBounded())\` does so for each bucket of an app.
`;

/** The page docs/services.md. */
export function servicesPage(): string {
  const sections = Object.entries(WRITERS).map(([caller, title]) => {
    const rows = DELIVERIES.filter((row) => row.caller === caller);
    return rows.length === 0 ? '' : `## ${title}\n\n${table(rows)}`;
  });
  return `${[INTRODUCTION.trimEnd(), ...sections.filter(Boolean)].join('\n\n')}\n`;
}

function table(rows: readonly DeliveryRow[]): string {
  const head = [
    'Delivery',
    'Principal',
    'Actions',
    'Encryption header',
    'SSE-KMS',
    'Object Lock',
    'Allow it with',
    'What to know',
  ];
  return [head, head.map(() => '---'), ...rows.map(cells)].map((each) => `| ${each.join(' | ')} |`).join('\n');
}

function cells(row: DeliveryRow): string[] {
  const {
    title,
    pages,
    principal,
    bucketActions,
    objectActions,
    header,
    headerDocumented,
    fits,
    allow,
    advice,
    unknown,
  } = row;
  return [
    `[${title}](${pages[0]})`,
    principal === '' ? '' : code(principal),
    [...bucketActions, ...objectActions].map(code).join(' '),
    header === 'unknown'
      ? 'not documented'
      : `${header === 'none' ? 'none' : code(header)}${headerDocumented ? '' : ' (inferred)'}`,
    FITS[fits.sseKms],
    FITS[fits.objectLock],
    allow === undefined ? 'cannot be allowed' : code(`bucket.${allow}`),
    [advice, unknown && `not documented: ${unknown}`]
      .filter(Boolean)
      .map((text) => sentence(text!))
      .join(' '),
  ];
}

function code(text: string): string {
  return `\`${text}\``;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
