import { App } from 'aws-cdk-lib';
import { AuditedStoreStack } from '../../examples/audited-store/store';
import { PayslipStack } from '../../examples/client-side-encryption/stacks';
import { LakeStack, NetworkStack } from '../../examples/data-lake-teams/stacks';
import { DocumentStack, SiteStack } from '../../examples/document-store/stacks';
import { Door, OrdersStack } from '../../examples/one-bucket-three-views/views';
import { RecordsCopyStack, RecordsStack } from '../../examples/records-archive/archives';
import { UploadPortalStack } from '../../examples/upload-portal/portal';
import { readAssembly, type TemplateInput } from '../../src/assurance/template/assembly';

const env = { account: '111122223333', region: 'eu-central-1' };
const onCall = 'on-call@example.com';

/** The apps of the examples, by their names. */
export const EXAMPLE_APPS: Readonly<Record<string, (app: App) => void>> = {
  'audited-store': (app) => void new AuditedStoreStack(app, 'AuditedStore', { env }),
  'client-side-encryption': (app) => void new PayslipStack(app, 'Payslips'),
  'data-lake-teams': (app) => {
    const { vpc } = new NetworkStack(app, 'LakeNetwork', { env });
    new LakeStack(app, 'Lake', { env, vpc, auditorRole: 'arn:aws:iam::444455556666:role/acme-auditor' });
  },
  'document-store': (app) => {
    const { key, logs } = new DocumentStack(app, 'DocumentStore');
    new SiteStack(app, 'DocumentSite', { key, logs });
  },
  'one-bucket-three-views by Object Lambda': (app) =>
    void new OrdersStack(app, 'Orders', { env, door: Door.OBJECT_LAMBDA, onCall }),
  'one-bucket-three-views by an endpoint': (app) =>
    void new OrdersStack(app, 'Orders', { env, door: Door.ENDPOINT, onCall }),
  'records-archive': (app) => {
    const { copy } = new RecordsCopyStack(app, 'RecordsCopy', {
      env: { ...env, region: 'eu-west-1' },
      bucketName: 'acme-broker-records-copy',
      sourceAccount: env.account,
      onCall,
    });
    new RecordsStack(app, 'Records', { env, copy, onCall });
  },
  'upload-portal': (app) =>
    void new UploadPortalStack(app, 'UploadPortal', { env, origin: 'https://portal.example.com' }),
};

/** The templates of an example, as `prove` reads them. */
export function templatesOfExample(name: string): TemplateInput[] {
  const app = new App({ treeMetadata: false, analyticsReporting: false });
  EXAMPLE_APPS[name](app);
  return readAssembly(app.synth().directory);
}
