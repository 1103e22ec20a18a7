/** What a block of the docs may use without declaring it: everything public, and the things that its page speaks of. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/delivery/pack';

const DECLARED = `
declare const app: App;
declare const stack: Stack;
declare const vpc: ec2.Vpc;
declare const topic: sns.Topic;
declare const trail: cloudtrail.Trail;
declare const existingBucket: s3.Bucket;
declare const bucket: s3.Bucket;
declare const documents: SecureBucket;
declare const records: WormArchive;
declare const urls: PresignedUrls;
declare const accessPointName: string;
${[
  'analytics',
  'audit',
  'breakGlass',
  'deploy',
  'finance',
  'ingest',
  'legal',
  'records',
  'replication',
  'report',
  'sales',
]
  .map((name) => `declare const ${name}Role: iam.Role;`)
  .join('\n')}
`;

const MODULES = ['cloudtrail', 'dynamodb', 'ec2', 'iam', 'kms', 'lambda', 's3', 'sns']
  .map((name) => `import * as ${name} from 'aws-cdk-lib/aws-${name}';`)
  .join('\n');

/** A whole module around a block of the docs; a block with imports is one already, but for `cdk-s3-strongbox/jest`. */
export function moduleAround(block: string): string {
  const lines = block.split('\n');
  const imports = lines.filter((line) => line.startsWith('import '));
  if (imports.some((line) => !line.includes('/jest'))) return block;
  const declared = lines.filter((line) => line.startsWith('declare '));
  const body = lines.filter((line) => !imports.includes(line) && !declared.includes(line));
  const own = new Set(declared.map(nameOf));
  const names = [...readFileSync(join(ROOT, 'src', 'index.ts'), 'utf8').matchAll(/^export \{([^}]*)\}/gm)]
    .flatMap(([, list]) => list.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return [
    "import { App, ConstructSelector, Duration, Mixins, RemovalPolicy, Size, Stack, Validations } from 'aws-cdk-lib';",
    "import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';",
    "import { Construct } from 'constructs';",
    MODULES,
    `import { ${names.join(', ')} } from 'cdk-s3-strongbox';`,
    ...imports,
    ...DECLARED.split('\n').filter((line) => !own.has(nameOf(line))),
    ...declared,
    'class Example extends Construct {',
    '  constructor(scope: Construct, id: string) {',
    '    super(scope, id);',
    ...body,
    '  }',
    '}',
  ].join('\n');
}

function nameOf(declaration: string): string | undefined {
  return /^declare const (\w+)/.exec(declaration)?.[1];
}
