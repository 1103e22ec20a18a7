import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { validationError } from '../input/validation-error';

const DOCUMENT = Symbol.for('cdk-s3-strongbox.access-point-policy');

/**
 * The policy of one access point, whoever wrote it. Statements are kept by their `Sid`, so that a control applied twice
 * finds its own.
 */
export class PolicyOfAccessPoint {
  public static of(accessPoint: s3.CfnAccessPoint): PolicyOfAccessPoint {
    return new PolicyOfAccessPoint(accessPoint);
  }

  private readonly kept: Kept;

  private constructor(private readonly accessPoint: s3.CfnAccessPoint) {
    this.kept = keptOf(accessPoint);
  }

  /**
   * The ARN by which the access point's own policy names it: of the literal name, since a resource cannot refer to
   * itself.
   */
  public get arn(): string {
    return Stack.of(this.accessPoint).formatArn({
      service: 's3',
      resource: 'accesspoint',
      resourceName: nameOf(this.accessPoint),
    });
  }

  /** The ARN of objects behind it: of all, or of those below a prefix. */
  public objects(prefix: string = ''): string {
    return `${this.arn}/object/${prefix}*`;
  }

  public find(sid: string): iam.PolicyStatement | undefined {
    return this.kept.statements.get(sid);
  }

  /** Adds a statement once; a second one with the same `Sid` is the caller's to merge with `find`. */
  public add(sid: string, props: iam.PolicyStatementProps): iam.PolicyStatement {
    const statement = new iam.PolicyStatement({ sid, ...props });
    this.kept.document.addStatements(statement);
    this.kept.statements.set(sid, statement);
    return statement;
  }

  /** Denies everybody, which is the shape of all guardrails of this library. */
  public deny(
    sid: string,
    props: Omit<iam.PolicyStatementProps, 'effect' | 'principals' | 'sid'>,
  ): iam.PolicyStatement {
    return this.add(sid, { effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], ...props });
  }
}

interface Kept {
  readonly document: iam.PolicyDocument;
  readonly statements: Map<string, iam.PolicyStatement>;
}

function keptOf(accessPoint: s3.CfnAccessPoint): Kept {
  const holder = accessPoint as { [DOCUMENT]?: Kept };
  if (holder[DOCUMENT]?.document !== undefined && accessPoint.policy === holder[DOCUMENT].document) {
    return holder[DOCUMENT];
  }
  const kept = { document: documentOf(accessPoint), statements: new Map<string, iam.PolicyStatement>() };
  accessPoint.policy = kept.document;
  Object.defineProperty(holder, DOCUMENT, { value: kept, configurable: true });
  return kept;
}

function documentOf(accessPoint: s3.CfnAccessPoint): iam.PolicyDocument {
  const { policy } = accessPoint;
  if (policy === undefined) return new iam.PolicyDocument();
  if (policy instanceof iam.PolicyDocument) return policy;
  if (Token.isUnresolved(policy)) {
    throw validationError({
      property: 'policy',
      actual: 'a token, which only the deployment knows',
      expected: 'a policy document',
      hint: 'set it to an iam.PolicyDocument or an object before the control is applied',
      scope: accessPoint,
    });
  }
  return iam.PolicyDocument.fromJson(policy);
}

/** The name, without which nobody could write a policy that names the access point. */
function nameOf(accessPoint: s3.CfnAccessPoint): string {
  if (accessPoint.name === undefined) {
    throw validationError({
      property: 'name',
      actual: undefined,
      expected: 'a name of its own, since its policy has to name it and a resource cannot refer to itself',
      hint: 'give the access point a "name"',
      scope: accessPoint,
    });
  }
  return accessPoint.name;
}
