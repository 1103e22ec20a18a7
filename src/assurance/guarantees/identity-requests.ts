/** Requests by roles and users of the templates. */
import { allOf, PRINCIPAL_KIND_KEY, type RequestPart } from './proof-obligation';
import { region, type Conditions } from '../engine/region';
import type { IdentityModel, KeyModel } from '../model/model';
import { callsDirectly, furtherPolicies, isOutsideVpcs } from '../model/role-use';
import { keyEnvironment, type ResourceUnderTest } from '../model/subject';

/** Requests of a role or user, with what the templates tell of its network and of services in between. */
export function requestsBy({ model }: ResourceUnderTest, identity: IdentityModel): Conditions {
  if (!isOutsideVpcs(model, identity.arn)) return requestsOf(identity);
  return allOf(
    requestsOf(identity),
    { Null: { 'aws:SourceVpce': 'true', 'aws:SourceVpc': 'true' } },
    callsDirectly(identity) ? { Bool: { 'aws:ViaAWSService': 'false' } } : {},
  );
}

function requestsOf({ arn, kind }: IdentityModel): Conditions {
  return { ArnEquals: { 'aws:PrincipalArn': arn }, StringEquals: { [PRINCIPAL_KIND_KEY]: kind } };
}

/** That a role or user may not do this with a key, by the policies that the templates give it and the key's own. */
export function keyRequests(
  { model, axioms }: ResourceUnderTest,
  key: KeyModel,
  identity: IdentityModel,
  actions: readonly string[],
): RequestPart {
  const { arn, policies, boundary } = identity;
  const isWhole =
    furtherPolicies(identity).length === 0 && identity.resource.properties.PermissionsBoundary === undefined;
  return {
    expect: 'never',
    place: key.resource.path,
    region: region({ actions, when: requestsOf(identity) }),
    targets: [{ kind: 'key', arn: key.arn }],
    environment: {
      ...keyEnvironment(key, model.organization),
      identities: isWhole || boundary !== undefined ? { [arn]: { policies, boundary } } : undefined,
    },
    axioms: [...axioms, ...(isWhole ? ['template-identities'] : [])],
  };
}
