import { isObject, type LooseStatement, type PolicyDocument, type PolicyKind } from './documents';
import type { Lint, Mistake } from './lint';
import { didYouMean } from './nearest';
import { OPERATORS } from './operators';
import { iamPage } from './pages';
import { isUnknown } from '../template/unknown';

const POLICY_ELEMENTS = ['Version', 'Id', 'Statement'];
const STATEMENT_ELEMENTS = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];
const PRINCIPAL_TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'];

/** S3, KMS and SNS take any text. */
const SID_OF_IAM = new Set<PolicyKind>(['identity', 'trust']);

/** A document that IAM would refuse when it is deployed. */
export const policyMalformed: Lint = {
  id: 'policy-malformed',
  title: 'A policy document is not well formed',
  fix: 'Correct the element that is named: the deployment would be refused, after everything before it was deployed.',
  page: iamPage('reference_policies_grammar'),
  example: {
    wrong: '{ "Effect": "deny", "Action": "s3:*", "Resource": "*" }',
    right: '{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*" }',
  },
  *find(template) {
    for (const document of template.documents) {
      yield* inDocument(document);
    }
    for (const statement of template.statements) {
      yield* inStatement(statement);
    }
  },
};

function* inDocument(document: PolicyDocument): Iterable<Mistake> {
  const { body, location, resource } = document;
  if (isOpenValue(body)) return;
  if (!isObject(body)) {
    yield { resource, location, message: `The policy is ${describe(body)}, it must be an object (or its JSON text).` };
    return;
  }
  yield* unknownElements(document, body, POLICY_ELEMENTS, location);
  const statements = Array.isArray(body.Statement) ? body.Statement : [body.Statement];
  if (statements.length === 0) {
    yield { resource, location: `${location}.Statement`, message: 'The policy has no statement.' };
  }
  for (const [index, statement] of statements.entries()) {
    if (!isObject(statement) && !isOpenValue(statement)) {
      yield {
        resource,
        location: `${location}.Statement${Array.isArray(body.Statement) ? `.${index}` : ''}`,
        message: `The statement is ${describe(statement)}, it must be an object.`,
      };
    }
  }
  const sids = statements.map((statement) => statement?.Sid).filter((sid) => typeof sid === 'string' && sid !== '');
  const twice = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (twice !== undefined) {
    yield {
      resource,
      location: `${location}.Statement`,
      message: `Two statements have the Sid "${twice}": a Sid must be unique in its policy.`,
    };
  }
}

function* inStatement(statement: LooseStatement): Iterable<Mistake> {
  const {
    document: { resource, kind },
    raw,
    location,
  } = statement;
  const wrong = (element: string, message: string): Mistake => ({
    resource,
    location: `${location}.${element}`,
    message,
  });

  yield* unknownElements(statement.document, raw, STATEMENT_ELEMENTS, location);
  if (raw.Effect !== 'Allow' && raw.Effect !== 'Deny' && !isOpenValue(raw.Effect)) {
    yield wrong('Effect', `"Effect" is ${describe(raw.Effect)}, it must be "Allow" or "Deny", in this spelling.`);
  }
  if (SID_OF_IAM.has(kind) && typeof raw.Sid === 'string' && !isOpenValue(raw.Sid) && !/^[A-Za-z0-9]*$/.test(raw.Sid)) {
    yield wrong('Sid', `"${raw.Sid}" is not a Sid that IAM takes: letters and digits only.`);
  }
  yield* exactlyOne(statement, 'Action', 'NotAction', true);
  // A trust policy is about the role that carries it, so it names no resource.
  if (kind === 'trust') {
    if ('Resource' in raw || 'NotResource' in raw) yield wrong('Resource', 'A trust policy takes no "Resource".');
  } else {
    yield* exactlyOne(statement, 'Resource', 'NotResource', true);
  }
  if (kind === 'identity' || kind === 'organization') {
    if (kind === 'identity' && ('Principal' in raw || 'NotPrincipal' in raw)) {
      yield wrong(
        'Principal',
        'A policy attached to an identity takes no "Principal": it speaks of whoever carries it.',
      );
    }
  } else {
    yield* exactlyOne(statement, 'Principal', 'NotPrincipal', kind !== 'endpoint');
    yield* principals(statement);
  }
  yield* conditions(statement);
}

function* exactlyOne(statement: LooseStatement, one: string, other: string, required: boolean): Iterable<Mistake> {
  const {
    document: { resource },
    raw,
    location,
  } = statement;
  if (one in raw && other in raw) {
    yield {
      resource,
      location: `${location}.${other}`,
      message: `A statement takes "${one}" or "${other}", not both.`,
    };
  } else if (required && !(one in raw) && !(other in raw)) {
    yield { resource, location, message: `The statement has no "${one}".` };
  }
  for (const element of [one, other]) {
    if (element === 'Principal' || element === 'NotPrincipal' || !(element in raw)) continue;
    const values = Array.isArray(raw[element]) ? raw[element] : [raw[element]];
    if (values.length === 0) {
      yield { resource, location: `${location}.${element}`, message: `"${element}" is an empty list.` };
    }
    for (const value of values) {
      if (typeof value !== 'string') {
        yield {
          resource,
          location: `${location}.${element}`,
          message: `"${element}" holds ${describe(value)}, it must hold strings.`,
        };
      }
    }
  }
}

function* principals({ document: { resource }, raw, location }: LooseStatement): Iterable<Mistake> {
  for (const element of ['Principal', 'NotPrincipal']) {
    const principal = raw[element];
    if (principal === undefined || principal === '*' || isOpenValue(principal)) continue;
    const at = `${location}.${element}`;
    if (!isObject(principal)) {
      yield {
        resource,
        location: at,
        message: `"${element}" is ${describe(principal)}, it must be "*" or an object such as { "AWS": "..." }.`,
      };
      continue;
    }
    for (const [type, values] of Object.entries(principal)) {
      if (!PRINCIPAL_TYPES.includes(type)) {
        yield {
          resource,
          location: at,
          message: `"${type}" is no kind of principal.${didYouMean(type, PRINCIPAL_TYPES)}`,
        };
      }
      for (const value of Array.isArray(values) ? values : [values]) {
        if (type === 'AWS' && typeof value === 'string' && value !== '*' && /[*?]/.test(value)) {
          yield {
            resource,
            location: `${at}.${type}`,
            message:
              `"${value}" has a wildcard inside a principal, which IAM refuses: compare aws:PrincipalArn ` +
              'with ArnLike instead.',
          };
        }
      }
    }
  }
}

function* conditions({ document: { resource }, raw, location, conditions: tests }: LooseStatement): Iterable<Mistake> {
  if (raw.Condition !== undefined && !isObject(raw.Condition) && !isOpenValue(raw.Condition)) {
    yield {
      resource,
      location: `${location}.Condition`,
      message: `"Condition" is ${describe(raw.Condition)}, it must be an object of operators.`,
    };
  }
  for (const [written, block] of Object.entries(isObject(raw.Condition) ? raw.Condition : {})) {
    const at = `${location}.Condition.${written}`;
    const operator = written.replace(/^(ForAnyValue|ForAllValues):/i, '').replace(/IfExists$/i, '');
    if (!OPERATORS.has(operator.toLowerCase()) && !isUnknown(operator)) {
      yield {
        resource,
        location: at,
        message: `"${written}" is no condition operator.${didYouMean(
          operator,
          [...OPERATORS.values()].map(({ name }) => name),
        )}`,
      };
    }
    if (/^null$/i.test(operator) && /IfExists$/i.test(written)) {
      yield { resource, location: at, message: '"Null" takes no "IfExists": it asks whether the key exists.' };
    }
    if (!isObject(block) && !isOpenValue(block)) {
      yield {
        resource,
        location: at,
        message: `"${written}" holds ${describe(block)}, it must hold an object of condition keys.`,
      };
    }
  }
  for (const test of tests) {
    if (test.values.length === 0) {
      yield { resource, location: test.location, message: `"${test.key}" is compared with nothing.` };
    }
  }
}

function* unknownElements(
  { resource }: PolicyDocument,
  object: Record<string, any>,
  known: readonly string[],
  location: string,
): Iterable<Mistake> {
  for (const element of Object.keys(object)) {
    if (!known.includes(element)) {
      yield {
        resource,
        location: `${location}.${element}`,
        message: `"${element}" is no element of a policy.${didYouMean(element, known)}`,
      };
    }
  }
}

/** Only the deployment knows it, so nothing is said of it. */
const isOpenValue = (value: unknown): boolean => typeof value === 'string' && isUnknown(value);

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
