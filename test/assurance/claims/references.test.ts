import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { subjects } from '../../../scripts/mutation/subjects';
import { GlacierVault, VaultLock, VaultLockPolicy } from '../../../src';
import { newStack } from '../../support/app';
import { EXAMPLE_APPS, templatesOfExample } from '../../support/example-apps';

// The examples import the library by its published name.
jest.mock('cdk-s3-strongbox', () => jest.requireActual('../../../src'), { virtual: true });

/** What a part of a template refers to: logical ids, parameters and exports. */
function references(value: any): Set<string> {
  const found = new Set<string>();
  const visit = (at: any): void => {
    if (typeof at !== 'object' || at === null) return;
    if (typeof at.Ref === 'string') found.add(at.Ref);
    const { 'Fn::GetAtt': attribute, 'Fn::ImportValue': imported, 'Fn::Sub': text } = at;
    if (attribute !== undefined) found.add([attribute].flat()[0].split('.')[0]);
    if (imported !== undefined) found.add(`import ${JSON.stringify(imported)}`);
    for (const [, name] of String([text].flat()[0] ?? '').matchAll(/\$\{([^!.}]+)/g)) found.add(name);
    Object.values(at).forEach(visit);
  };
  visit(value);
  return found;
}

/** What claims refer to and nothing else of their resource does. */
function added({ Resources }: any): string[] {
  return Object.entries<any>(Resources).flatMap(([logicalId, { Metadata, ...resource }]) => {
    const { 'strongbox:claims': claims, ...others } = Metadata ?? {};
    const known = new Set([logicalId, ...references([resource, others]), ...[resource.DependsOn ?? []].flat()]);
    return [...references(claims)]
      .filter((name) => !name.startsWith('AWS::') && !known.has(name))
      .map((name) => `${logicalId} -> ${name}`);
  });
}

function vault(): any {
  const stack = newStack();
  new GlacierVault(stack, 'Vault', {
    vaultName: 'ledgers',
    lock: VaultLock.inProgress(VaultLockPolicy.denyDeletesBefore(Duration.days(1))),
    legalHoldManagers: [new iam.Role(stack, 'Legal', { assumedBy: new iam.AccountRootPrincipal() })],
  });
  return Template.fromStack(stack).toJSON();
}

const templates: Array<[string, any]> = [
  ...Object.keys(EXAMPLE_APPS).flatMap((name) =>
    templatesOfExample(name).map(({ stack, template }): [string, any] => [`${name}, ${stack}`, template]),
  ),
  ...subjects().map(({ name, template }): [string, any] => [name, template]),
  ['a vault', vault()],
];

// CloudFormation deploys what metadata refers to first, as with any property: a claim must not make a circle, or an
// export that another stack then holds on to.
test.each(templates)('claims add no dependency: %s', (_, template) => expect(added(template)).toEqual([]));

test('most templates have claims, or this shows nothing', () => {
  const claiming = templates.filter(([, template]) => JSON.stringify(template).includes('"strongbox:claims"'));
  expect(claiming.length).toBeGreaterThan(templates.length / 2);
});

test('a reference that only a claim has is found', () => {
  const template = vault();
  const [id] = Object.entries<any>(template.Resources).find(
    ([, { Type }]) => Type === 'Custom::StrongboxGlacierVault',
  )!;
  template.Resources[id].Metadata['strongbox:claims'][0].options = { principals: [{ 'Fn::GetAtt': ['Other', 'Arn'] }] };
  expect(added(template)).toEqual([`${id} -> Other`]);
});
