import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { S3Client } from '@aws-sdk/client-s3';
import { ACCOUNT, REGION } from './archives';
import { leftOut, provisionBucket, provisionPolicy, PROVISIONED_TYPES, removeBucket, removePolicy } from './provision';
import type { Radosgw } from './radosgw';
import { resolveTemplates, type ResolvedResource } from '../../src/assurance/model/resolve';

interface StackEvent {
  readonly id: number;
  readonly logicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly at: string;
}

interface DeployedStack {
  readonly name: string;
  readonly id: string;
  status: string;
  reason?: string;
  template: any;
  /** What was made, by logical id. */
  resources: Map<string, ResolvedResource>;
  readonly events: StackEvent[];
}

interface ChangeSet {
  readonly name: string;
  readonly id: string;
  readonly stack: string;
  readonly template: any;
  readonly changes: number;
}

const ORDER = PROVISIONED_TYPES.slice().sort((one) =>
  one === 'AWS::IAM::Role' ? -1 : one === 'AWS::S3::Bucket' ? 0 : 1,
);

/**
 * As much of CloudFormation and STS as the CDK CLI asks for, over an S3 server: it makes, changes and deletes the
 * buckets and bucket policies of a template, honours DeletionPolicy, and says what it did not make. An action that it
 * does not know is an error.
 */
export class CloudFormationFront {
  public static async start(server: Radosgw, client: S3Client): Promise<CloudFormationFront> {
    const front = new CloudFormationFront(server, client);
    await new Promise<void>((resolve) => front.http.listen(0, '127.0.0.1', resolve));
    return front;
  }

  /** Resources by type, and bucket properties, that are in the templates and not on the server. */
  public readonly notProvisioned = new Map<string, Set<string>>();
  /** The actions that the CLI called. */
  public readonly called = new Set<string>();
  private readonly stacks = new Map<string, DeployedStack>();
  /** By stack, and each by its own id: the CLI uses both, and one name for all stacks. */
  private readonly changeSets = new Map<string, ChangeSet>();
  private count = 0;

  private readonly http: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const query = new URLSearchParams(Buffer.concat(chunks).toString());
      const action = query.get('Action') ?? '';
      this.called.add(action);
      this.answer(action, query).then(
        (result) =>
          response
            .writeHead(200, XML)
            .end(`<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`),
        (error: Error & { code?: string }) =>
          response
            .writeHead(400, XML)
            .end(
              `<ErrorResponse><Error><Type>Sender</Type><Code>${error.code ?? 'ValidationError'}</Code><Message>${escape(error.message)}</Message></Error></ErrorResponse>`,
            ),
      );
    });
  });

  private constructor(
    private readonly server: Radosgw,
    private readonly client: S3Client,
  ) {}

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private async answer(action: string, query: URLSearchParams): Promise<string> {
    const name = (query.get('StackName') ?? '').replace(/^arn:.*:stack\/([^/]+)\/.*$/, '$1');
    switch (action) {
      case 'GetCallerIdentity':
        return `<Account>${ACCOUNT}</Account><Arn>arn:aws:iam::${ACCOUNT}:role/deploy</Arn><UserId>AIDAEXAMPLE</UserId>`;
      case 'DescribeStacks':
        return `<Stacks>${name ? stackXml(this.stack(name)) : [...this.stacks.values()].map(stackXml).join('')}</Stacks>`;
      case 'GetTemplate':
        return `<TemplateBody>${escape(JSON.stringify(this.stack(name).template))}</TemplateBody>`;
      case 'CreateChangeSet':
        return this.createChangeSet(name, query);
      case 'DescribeChangeSet':
        return this.describeChangeSet(name, query);
      case 'DeleteChangeSet':
        this.changeSets.delete(name);
        return '';
      case 'ExecuteChangeSet':
        return this.execute(name, query);
      case 'DescribeStackEvents':
        return `<StackEvents>${this.stack(name)
          .events.map((event) => eventXml(this.stack(name), event))
          .reverse()
          .join('')}</StackEvents>`;
      case 'DeleteStack':
        return this.delete(name);
      default:
        throw new Error(`${action} is none of the actions of this front`);
    }
  }

  private stack(name: string): DeployedStack {
    const found = this.stacks.get(name) ?? [...this.stacks.values()].find(({ id }) => id === name);
    if (!found) throw new Error(`Stack with id ${name} does not exist`);
    return found;
  }

  private createChangeSet(stackName: string, query: URLSearchParams): string {
    const template = parseYaml(query.get('TemplateBody')!);
    const before = this.stacks.get(stackName);
    const unique = `${++this.count}`;
    const id = before?.id ?? `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${stackName}/${unique}`;
    if (!before) {
      this.stacks.set(stackName, {
        name: stackName,
        id,
        status: 'REVIEW_IN_PROGRESS',
        template: {},
        resources: new Map(),
        events: [],
      });
    }
    const changes = Object.entries<any>(template.Resources).filter(
      ([logicalId, resource]) => JSON.stringify(before?.template.Resources?.[logicalId]) !== JSON.stringify(resource),
    ).length;
    const changeSet = {
      name: query.get('ChangeSetName')!,
      id: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:changeSet/${unique}`,
      stack: stackName,
      template,
      changes,
    };
    this.changeSets.set(stackName, changeSet).set(changeSet.id, changeSet);
    return `<Id>${changeSet.id}</Id><StackId>${id}</StackId>`;
  }

  private describeChangeSet(stackName: string, query: URLSearchParams): string {
    const { name, id, stack, changes } = this.changeSet(stackName, query);
    const change = '<member><Type>Resource</Type><ResourceChange><Action>Modify</Action></ResourceChange></member>';
    return (
      `<ChangeSetName>${name}</ChangeSetName><ChangeSetId>${id}</ChangeSetId><StackName>${stack}</StackName><StackId>${this.stack(stack).id}</StackId>` +
      (changes === 0
        ? "<Status>FAILED</Status><StatusReason>The submitted information didn't contain changes.</StatusReason>"
        : `<Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus><Changes>${change.repeat(changes)}</Changes>`)
    );
  }

  private changeSet(stackName: string, query: URLSearchParams): ChangeSet {
    const asked = query.get('ChangeSetName')!;
    const found = this.changeSets.get(asked) ?? this.changeSets.get(stackName);
    if (!found) throw Object.assign(new Error(`ChangeSet ${asked} does not exist`), { code: 'ChangeSetNotFound' });
    return found;
  }

  private execute(stackName: string, query: URLSearchParams): string {
    const changeSet = this.changeSet(stackName, query);
    const stack = this.stack(changeSet.stack);
    const operation = stack.status === 'REVIEW_IN_PROGRESS' ? 'CREATE' : 'UPDATE';
    this.begin(stack, operation);
    void this.deploy(stack, changeSet.template).then(
      () => this.end(stack, operation),
      (error: Error) => this.end(stack, operation, error),
    );
    return '';
  }

  private delete(name: string): string {
    const stack = this.stacks.get(name);
    if (!stack) return '';
    this.begin(stack, 'DELETE');
    void this.remove(stack, [...stack.resources.keys()]).then(
      () => this.end(stack, 'DELETE'),
      (error: Error) => this.end(stack, 'DELETE', error),
    );
    return '';
  }

  private begin(stack: DeployedStack, operation: string): void {
    stack.status = `${operation}_IN_PROGRESS`;
    this.event(stack, stack.name, 'AWS::CloudFormation::Stack', stack.status);
  }

  private end(stack: DeployedStack, operation: string, error?: Error): void {
    stack.status = error ? `${operation}_FAILED` : `${operation}_COMPLETE`;
    stack.reason = error && `${error.name}: ${error.message}`;
    this.event(stack, stack.name, 'AWS::CloudFormation::Stack', stack.status, stack.reason);
  }

  private event(stack: DeployedStack, logicalId: string, type: string, status: string, reason?: string): void {
    stack.events.push({ id: ++this.count, logicalId, type, status, reason, at: new Date().toISOString() });
  }

  /**
   * Names what has none, resolves the template with the library's own resolver, and makes what differs: roles, buckets,
   * policies.
   */
  private async deploy(stack: DeployedStack, template: any): Promise<void> {
    const named = structuredClone(template);
    for (const [logicalId, { Type, Properties }] of Object.entries<any>(named.Resources)) {
      const physical = `${stack.name}-${logicalId}`.toLowerCase();
      if (Type === 'AWS::S3::Bucket') named.Resources[logicalId].Properties = { BucketName: physical, ...Properties };
      if (Type === 'AWS::IAM::Role') named.Resources[logicalId].Properties = { RoleName: physical, ...Properties };
    }
    const { resources } = resolveTemplates([{ stack: stack.name, template: named, account: ACCOUNT, region: REGION }]);
    for (const type of ORDER) {
      for (const resource of resources.filter((each) => each.type === type)) {
        await this.make(resource, stack.resources.get(resource.logicalId));
        stack.resources.set(resource.logicalId, resource);
        this.event(stack, resource.logicalId, type, stack.status.replace('IN_PROGRESS', 'COMPLETE'));
      }
    }
    for (const resource of resources) {
      const { type } = resource;
      if (!PROVISIONED_TYPES.includes(type)) this.note(type, resource.path);
      for (const property of leftOut(resource)) this.note(`${type} ${property}`, resource.path);
    }
    await this.remove(
      stack,
      [...stack.resources.keys()].filter((logicalId) => !(logicalId in named.Resources)),
    );
    stack.template = template;
  }

  private note(what: string, path: string): void {
    this.notProvisioned.set(what, (this.notProvisioned.get(what) ?? new Set()).add(path));
  }

  private async make({ type, properties }: ResolvedResource, before: ResolvedResource | undefined): Promise<void> {
    if (before && JSON.stringify(before.properties) === JSON.stringify(properties)) return;
    switch (type) {
      case 'AWS::IAM::Role':
        this.server.addUser(properties.RoleName);
        return;
      case 'AWS::S3::Bucket':
        return provisionBucket(this.client, properties, before?.properties);
      default:
        return provisionPolicy(this.client, properties);
    }
  }

  private async remove(stack: DeployedStack, logicalIds: readonly string[]): Promise<void> {
    for (const type of ORDER.slice().reverse()) {
      for (const logicalId of logicalIds) {
        const resource = stack.resources.get(logicalId);
        if (resource?.type !== type) continue;
        stack.resources.delete(logicalId);
        const kept = resource.deletionPolicy === 'Retain';
        this.event(stack, logicalId, type, kept ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE');
        if (kept) continue;
        if (type === 'AWS::IAM::Role') this.server.removeUser(resource.properties.RoleName);
        if (type === 'AWS::S3::Bucket') await removeBucket(this.client, resource.properties);
        if (type === 'AWS::S3::BucketPolicy') await removePolicy(this.client, resource.properties);
      }
    }
  }
}

/** The CLI sends templates as YAML; the parser is the one that aws-cdk-lib brings. */
const { parse: parseYaml } = createRequire(require.resolve('aws-cdk-lib/package.json'))('yaml') as {
  parse(text: string): any;
};

const XML = { 'content-type': 'text/xml' };
const NOW = new Date().toISOString();

function stackXml({ name, id, status, reason }: DeployedStack): string {
  return (
    `<member><StackName>${name}</StackName><StackId>${id}</StackId><CreationTime>${NOW}</CreationTime><StackStatus>${status}</StackStatus>` +
    `${reason ? `<StackStatusReason>${escape(reason)}</StackStatusReason>` : ''}<DisableRollback>false</DisableRollback></member>`
  );
}

function eventXml({ name, id }: DeployedStack, event: StackEvent): string {
  return (
    `<member><EventId>${event.id}</EventId><StackId>${id}</StackId><StackName>${name}</StackName><LogicalResourceId>${event.logicalId}</LogicalResourceId>` +
    `<PhysicalResourceId>${event.type === 'AWS::CloudFormation::Stack' ? id : event.logicalId}</PhysicalResourceId><ResourceType>${event.type}</ResourceType>` +
    `<Timestamp>${event.at}</Timestamp><ResourceStatus>${event.status}</ResourceStatus>` +
    `${event.reason ? `<ResourceStatusReason>${escape(event.reason)}</ResourceStatusReason>` : ''}</member>`
  );
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
