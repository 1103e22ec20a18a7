import { isObject, type LooseCondition, type LooseStatement } from './documents';
import type { Lint } from './lint';
import { OPERATORS_PAGE } from './pages';
import { demandsPresence, isNegated } from './presence';

/** Keys that say who makes a request, from where, or for what, and that many requests lack. */
const LIMITING =
  /^(aws:(MultiFactorAuth(Present|Age)|Principal(Arn|Account|OrgID|OrgPaths|ServiceName|Tag\/.+)|Source(Arn|Account|OrgID|OrgPaths|Owner|Ip|Vpc|VpcArn|Vpce|Identity)|Vpce(Account|OrgID|OrgPaths)|VpcSourceIp|CalledVia(First|Last)?|username|userid|FederatedProvider|referer|ResourceTag\/.+)|s3:(ExistingObjectTag\/.+|DataAccessPoint(Arn|Account)|TlsVersion|prefix)|kms:(ViaService|CallerAccount|EncryptionContext:.+|GrantIsForAWSResource)|sts:ExternalId)$/i;

/** `IfExists` turns a limit of an Allow into one for those requests only that carry the key. */
export const ifExistsInAllow: Lint = {
  id: 'if-exists-in-allow',
  title: 'IfExists in an Allow also allows requests without the key',
  fix: 'Remove IfExists from the Allow: IfExists belongs into a Deny, where it denies requests without the key.',
  page: OPERATORS_PAGE,
  example: {
    wrong: 'Allow if "StringEqualsIfExists": { "aws:SourceVpce": "vpce-0a1b2c3d" }',
    right: 'Allow if "StringEquals": { "aws:SourceVpce": "vpce-0a1b2c3d" }',
  },
  *find(template) {
    for (const statement of template.statements) {
      if (statement.effect !== 'Allow' || isOfServices(statement) || statement.conditions.some(limits)) continue;
      for (const condition of statement.conditions) {
        const { key, ifExists, operator, written, location } = condition;
        if (!ifExists || isNegated(operator) || !LIMITING.test(key) || isDemanded(condition, statement)) continue;
        yield {
          resource: statement.document.resource,
          location,
          message: `"${written}" is true where "${key}" is missing, so every request without the key is allowed.`,
        };
      }
    }
  },
};

/** A test that holds requests to a limit whatever they lack. */
const limits = ({ key, ifExists, operator }: LooseCondition): boolean =>
  !ifExists && !isNegated(operator) && !/^null$/i.test(operator) && LIMITING.test(key);

const isDemanded = ({ key }: LooseCondition, { conditions }: LooseStatement): boolean =>
  conditions.some((other) => demandsPresence(other, key));

/** A service sends a key always or never, so IfExists is the choice of somebody who knows that it does not. */
const isOfServices = ({ raw }: LooseStatement): boolean =>
  isObject(raw.Principal) && Object.keys(raw.Principal).join() === 'Service';
