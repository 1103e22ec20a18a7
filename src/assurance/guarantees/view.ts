/**
 * What is guaranteed of views: Object Lambda access points, and the access paths that stay closed to their callers.
 * `Guarantee` names each of them.
 */
import type { GuaranteeProps } from './guarantee-props';
import { never, always, setting, type ProofObligation } from './proof-obligation';
import { baseOf, handsOff, ofFunction } from './view-function';
import { type ReadThroughViewOnlyGuaranteeOptions, type ViewGuaranteeOptions } from './view-options';
import {
  anotherView,
  atWorst,
  AXIOMS,
  MAKES_VIEW,
  named,
  NOT_VIA,
  ofType,
  principals,
  VIA,
  whoHas,
} from './view-parts';
import type { Property } from '../engine/property';
import { region, type Conditions } from '../engine/region';
import type { ObjectLambdaModel } from '../model/resolve';
import { keyEnvironment, type ResourceUnderTest } from '../model/subject';

/** What a caller may do to the bucket itself: none of it shows anything of an object. */
const WRITING = [
  's3:PutObject',
  's3:PutObjectTagging',
  's3:DeleteObject',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
];
const VIEW_READS = ['s3-object-lambda:GetObject', 's3-object-lambda:GetObjectVersion', 's3-object-lambda:ListBucket'];
const LISTINGS = ['ListObjects', 'ListObjectsV2'];
const READS = ['s3:GetObject', 's3:GetObjectVersion'];
const ANSWER = 's3-object-lambda:WriteGetObjectResponse';
const DATA = [
  's3:GetObject*',
  's3:ListBucket*',
  's3:PutObject*',
  's3:DeleteObject*',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
  's3:RestoreObject',
];

export function readThroughViewOnly(options: ReadThroughViewOnlyGuaranteeOptions): GuaranteeProps {
  const { callers, view } = named(options);
  const { accessPoints } = options;
  return {
    id: 'read-through-view-only',
    title:
      view === undefined && accessPoints === undefined
        ? 'Nothing read by the callers of a view'
        : 'Read through the view only',
    description:
      `${callers.join(', ')} get${callers.length === 1 ? 's' : ''} nothing of the bucket through any ` +
      `access path${view === undefined ? '' : ' except the view'}:` +
      ' no object, version, copy or listing, and no change of the policy that says so.',
    fix:
      'Deny the callers by aws:PrincipalArn everything but writing, where s3:DataAccessPointArn is not the ' +
      "view's supporting access point, and where" +
      ' aws:CalledVia has no s3-object-lambda.amazonaws.com (ForAllValues:StringNotEquals).',
    options: { callers, view, accessPoints },
    parts: (subject) => {
      const who = principals(subject, callers);
      const rest = { actions: WRITING, notActions: true, axioms: AXIOMS };
      if (accessPoints !== undefined) {
        return [
          never(subject, { ...rest, when: { ...who, StringNotEquals: { 's3:DataAccessPointArn': accessPoints } } }),
          never(subject, { ...rest, when: { ...who, ...NOT_VIA } }),
        ];
      }
      if (view === undefined) return [never(subject, { ...rest, axioms: [], when: who })];
      const found = viewOf(subject, view);
      const { supportingArn } = found;
      // Another view before the same access point would be another way in, with another transformation or none.
      const others = subject.model.objectLambdas.filter(
        (other) => other.arn !== found.arn && other.supportingArn === supportingArn,
      );
      return [
        never(subject, { ...rest, when: { ...who, StringNotEquals: { 's3:DataAccessPointArn': supportingArn } } }),
        never(subject, { ...rest, when: { ...who, ...NOT_VIA } }),
        ...others.map((other) => ofView(subject, other, 'never', { actions: [ANSWER], notActions: true, when: who })),
      ];
    },
  };
}

export function viewCallersOnly(options: ViewGuaranteeOptions): GuaranteeProps {
  const { callers, view } = named(options);
  return {
    id: 'view-callers-only',
    title: 'View for its callers only',
    description:
      `Nobody but ${callers.join(', ')} gets the view, the view is read only and transforms whatever it ` +
      'hands out, and its supporting access point' +
      ' serves S3 Object Lambda alone; they neither call the function by hand nor change it, and make no ' +
      'view of their own.',
    fix:
      'Deny all others by aws:PrincipalArn in the policies of both access points, all but reading in the ' +
      "view's, and requests without aws:CalledVia in the" +
      " supporting one's; name GetObject and HeadObject, and where keys are listed both listings, among " +
      "the transformation's actions; deny the callers" +
      ' lambda:* on the function but for invoking it with aws:CalledVia, and s3:CreateAccessPointForObjectLambda.',
    options: { callers, view, prefixes: options.prefixes },
    applies: (subject) => servedBy(subject, view) !== undefined,
    parts: (subject) => {
      const others = { ArnNotEquals: principals(subject, callers).ArnEquals };
      const found = viewOf(subject, view!);
      const { supportingArn } = found;
      const transformed = transformedActions(found);
      const lists = listsKeys(found);
      const byDoor = { 's3:DataAccessPointArn': supportingArn };
      return [
        setting(
          'Actions of TransformationConfigurations',
          transformed,
          () =>
            ['GetObject', 'HeadObject'].every((action) => transformed.includes(action)) &&
            (lists || !LISTINGS.some((action) => transformed.includes(action))),
        ),
        ofView(subject, found, 'never', { actions: [ANSWER], notActions: true, when: others }),
        ofView(subject, found, 'never', {
          actions: [...(lists ? VIEW_READS : VIEW_READS.slice(0, 2)), ANSWER],
          notActions: true,
          when: {},
        }),
        never(subject, { actions: DATA, axioms: AXIOMS, when: { ...others, StringEquals: byDoor } }),
        never(subject, { actions: DATA, axioms: AXIOMS, when: { ...NOT_VIA, StringEquals: byDoor } }),
        ...withinPrefixes(subject, byDoor, { prefixes: options.prefixes, lists }),
        ...found.functionArns.flatMap((arn) => handsOff(subject, arn, principals(subject, callers), NOT_VIA)),
        ownedByOthers(subject, found, principals(subject, callers)),
      ];
    },
  };
}

export function viewReadable(options: ViewGuaranteeOptions): GuaranteeProps {
  const { callers, view } = named(options);
  const keys = options.prefixes?.map((prefix) => `${prefix}?*`) ?? ['*'];
  return {
    id: 'view-readable',
    title: 'View works for its callers',
    description:
      `${callers.join(', ')} can read every object of the view, and list it where it has listings: the ` +
      'view, its function, the supporting access point,' +
      ' the bucket and the key all let the request pass. The function can answer, and administrators can ' +
      'manage the view.',
    fix:
      'Allow the callers the view, lambda:InvokeFunction and reading by the supporting access point (both ' +
      'with aws:CalledVia), delegate that access point in the' +
      " bucket's policy, and exempt aws:CalledVia from denies of presigned requests.",
    options: { callers, view, keys },
    applies: (subject) => servedBy(subject, view) !== undefined,
    parts: (subject) => {
      const { ArnEquals } = principals(subject, callers);
      const found = viewOf(subject, view!);
      const who: Conditions = { ArnEquals, StringEquals: { 'strongbox:PrincipalKind': ['role', 'user'] } };
      const vpc = subject.bucket.accessPoints.find(({ arn }) => arn === found.supportingArn)?.vpcId;
      const lists = listsKeys(found);
      const byFunction = {
        identities: true,
        axioms: AXIOMS,
        when: {
          ...VIA,
          ArnEquals,
          StringEquals: {
            ...who.StringEquals,
            's3:DataAccessPointArn': found.supportingArn,
            // The function reads by a presigned URL.
            's3:authType': 'REST-QUERY-STRING',
            ...(vpc === undefined ? {} : { 'aws:SourceVpc': vpc }),
          },
        },
      };
      return [
        ofView(subject, found, 'always', { actions: lists ? VIEW_READS : VIEW_READS.slice(0, 2), when: who }),
        ...answering(subject, found),
        managed(subject, found),
        ...found.functionArns.map((arn) =>
          ofFunction(subject, arn, 'always', {
            actions: ['lambda:InvokeFunction'],
            when: { ...who, ...VIA },
            others: 'everything',
          }),
        ),
        always(subject, { ...byFunction, actions: READS, keys }),
        ...(lists
          ? (options.prefixes ?? [undefined]).map((prefix) =>
              always(subject, {
                ...byFunction,
                actions: ['s3:ListBucket'],
                when: {
                  ...byFunction.when,
                  StringEquals: {
                    ...byFunction.when.StringEquals,
                    ...(prefix === undefined ? {} : { 's3:prefix': prefix }),
                  },
                },
              }),
            )
          : []),
        ...decryption(subject, who),
      ];
    },
  };
}

function servedBy(subject: ResourceUnderTest, view: string | undefined): ObjectLambdaModel | undefined {
  if (view === undefined) return undefined;
  const arn = subject.nameOf(view);
  const found = subject.model.objectLambdas.find((one) => one.arn === arn);
  return found && subject.bucket.accessPoints.some((door) => door.arn === found.supportingArn) ? found : undefined;
}

function viewOf(subject: ResourceUnderTest, view: string): ObjectLambdaModel {
  const found = servedBy(subject, view);
  if (!found) {
    throw new Error(
      `"view" is "${view}"; it names no Object Lambda access point whose supporting access point is one of ` +
        `${subject.resource.path}`,
    );
  }
  return found;
}

/** What goes through the function, whatever else the access point lets through as it is. */
function transformedActions({ resource }: ObjectLambdaModel): string[] {
  const { TransformationConfigurations = [] } = resource.properties.ObjectLambdaConfiguration ?? {};
  return TransformationConfigurations.flatMap(({ Actions = [], ContentTransformation }: any) =>
    ContentTransformation?.AwsLambda?.FunctionArn ? Actions : [],
  );
}

/** Whether listings go through the function, in both of their forms. */
function listsKeys(view: ObjectLambdaModel): boolean {
  const transformed = transformedActions(view);
  return LISTINGS.every((action) => transformed.includes(action));
}

interface RegionOfView {
  readonly actions: readonly string[];
  readonly notActions?: boolean;
  readonly when: Conditions;
}

function ofView(
  subject: ResourceUnderTest,
  view: ObjectLambdaModel,
  expect: 'never' | 'always',
  asked: RegionOfView,
): Property {
  return {
    expect,
    place: view.resource.path,
    region: region(asked),
    targets: [{ kind: 'objectlambdaaccesspoint', arn: view.arn }],
    environment: {
      account: view.resource.account,
      resourcePolicies: view.policy ? [view.policy] : [],
      ...whoHas(subject, expect === 'always'),
    },
    axioms: [...subject.axioms, ...(expect === 'always' ? ['template-identities'] : [])],
  };
}

/**
 * Not by the door of a view: what lies outside of its prefixes, neither read nor listed; and no listing where it has
 * none.
 */
function withinPrefixes(
  subject: ResourceUnderTest,
  byDoor: Record<string, string>,
  view: { readonly prefixes?: readonly string[]; readonly lists: boolean },
): ProofObligation[] {
  const keys = view.prefixes?.map((prefix) => `${prefix}*`);
  const by = { axioms: AXIOMS, when: { StringEquals: byDoor } };
  const listings = ['s3:ListBucket', 's3:ListBucketVersions'];
  // A listing of uploads shows keys as well, and its requests have no prefix that a policy could look at.
  const uploads = 's3:ListBucketMultipartUploads';
  return [
    ...(keys
      ? [
          never(subject, {
            ...by,
            actions: READS,
            keys: ['*'],
            notResources: keys.map((key) => `${subject.arn}/${key}`),
          }),
        ]
      : []),
    ...(view.lists ? [] : [never(subject, { ...by, actions: [...listings, uploads] })]),
    ...(view.lists && keys
      ? [
          never(subject, { ...by, actions: listings, when: { ...by.when, StringNotLike: { 's3:prefix': keys } } }),
          never(subject, { ...by, actions: [uploads] }),
        ]
      : []),
  ];
}

/** The roles of the functions whose answers the view hands out. */
function answering(subject: ResourceUnderTest, view: ObjectLambdaModel): ProofObligation[] {
  const functions = new Set(view.functionArns.map(baseOf));
  const roles = ofType(subject, 'AWS::Lambda::Function')
    .filter(({ arn }) => functions.has(arn))
    .map(({ properties }) => properties.Role);
  return roles
    .filter((role) => typeof role === 'string' && role.startsWith('arn:'))
    .map((role: string) =>
      ofView(subject, view, 'always', { actions: [ANSWER], when: { ArnEquals: { 'aws:PrincipalArn': role } } }),
    );
}

/** A principal of the account that is not a caller, and whose own policies allow it, manages the view. */
function managed(subject: ResourceUnderTest, view: ObjectLambdaModel): ProofObligation {
  const { partition, account } = subject.resource;
  const who = `arn:${partition}:iam::${account}:role/strongbox-administrator`;
  return {
    ...ofView(subject, view, 'always', { actions: MANAGEMENT, when: { StringEquals: { 'aws:PrincipalArn': who } } }),
    targets: [{ kind: 'objectlambdaaccesspoint', arn: view.arn, service: 's3' }],
  };
}

const MANAGEMENT = [
  's3:PutAccessPointPolicyForObjectLambda',
  's3:DeleteAccessPointPolicyForObjectLambda',
  's3:DeleteAccessPointForObjectLambda',
];

/** The callers make no Object Lambda access point: a function of their own would see the originals. */
function ownedByOthers(subject: ResourceUnderTest, view: ObjectLambdaModel, who: Conditions): ProofObligation {
  const part = ofFunction(subject, view.functionArns[0] ?? '', 'never', {
    actions: MAKES_VIEW,
    when: who,
    others: 'nothing',
    identities: atWorst(subject),
  });
  return {
    ...part,
    place: view.resource.path,
    targets: [anotherView(view.resource)],
    environment: { ...part.environment, resourcePolicies: [] },
  };
}

/** The key must let the callers decrypt through S3, which reads for them. */
function decryption(subject: ResourceUnderTest, who: Conditions): ProofObligation[] {
  const { key, resource, arn } = subject.bucket;
  if (!key) return [];
  return [
    {
      expect: 'always',
      place: key.resource.path,
      region: region({
        actions: ['kms:Decrypt'],
        when: {
          ...who,
          StringEquals: {
            ...who.StringEquals,
            'kms:ViaService': `s3.${resource.region}.amazonaws.com`,
            'kms:EncryptionContext:aws:s3:arn': arn,
          },
        },
      }),
      targets: [{ kind: 'key', arn: key.arn }],
      environment: { ...keyEnvironment(key), ...whoHas(subject, true) },
      axioms: [...subject.axioms, 'template-identities'],
    },
  ];
}
