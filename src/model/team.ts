import { Token } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { requirePrefix } from '../input/prefix';
import { validationError } from '../input/validation-error';

/** What a team reaches, and who is in it. */
export interface TeamOptions {
  /**
   * Key prefixes, each ending in `/`; or `Team.WHOLE_BUCKET`.
   */
  readonly prefixes: string[];

  /**
   * Who is in the team: roles (federated ones too) and users of any account, other accounts as a whole,
   * `PermissionSetPrincipal`s, IAM groups.
   */
  readonly principals: IGrantable[];
}

/** What a writing team reaches, and who is in it. */
export interface WritingTeamOptions extends TeamOptions {
  /**
   * Whether the team may delete, by a delete marker that can be undone; destroying versions is no right of any team.
   *
   * @default false
   */
  readonly mayDelete?: boolean;
}

/**
 * Some people with the same rights on the same prefixes of a bucket, with one access point.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points.html
 *
 * @example
 * declare const analyticsRole: iam.Role;
 * Team.readOnly('analytics', { prefixes: ['finance/', 'sales/'], principals: [analyticsRole] });
 */
export class Team {
  /** Instead of prefixes: all of the bucket. */
  public static readonly WHOLE_BUCKET: string[] = ['*'];

  /** Reads, lists and uploads. */
  public static readWrite(name: string, options: WritingTeamOptions): Team {
    return new Team(name, options, ['read', 'list', 'write', ...(options.mayDelete ? ['delete'] : [])]);
  }

  /** Reads and lists. */
  public static readOnly(name: string, options: TeamOptions): Team {
    return new Team(name, options, ['read', 'list']);
  }

  /**
   * A drop box: uploads, multipart uploads included, and sees nothing of what is there. Where a KMS key encrypts, AWS
   * asks who uploads in parts for `kms:Decrypt` too, so it is S3 that denies the reading.
   */
  public static writeOnly(name: string, options: WritingTeamOptions): Team {
    return new Team(name, options, ['write', ...(options.mayDelete ? ['delete'] : [])]);
  }

  /** Sees which objects there are, and not what is in them. */
  public static listOnly(name: string, options: TeamOptions): Team {
    return new Team(name, options, ['list']);
  }

  /** Key prefixes, or `Team.WHOLE_BUCKET`. */
  public readonly prefixes: string[];

  /** Who is in the team. */
  public readonly principals: IGrantable[];

  private constructor(
    /** The name, unique among the teams of a bucket. */
    public readonly name: string,
    options: TeamOptions,
    /** Some of `read`, `list`, `write` and `delete`. */
    public readonly rights: string[],
  ) {
    if (Token.isUnresolved(name) || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name) || name.length > MAX_NAME) {
      throw validationError({
        property: 'name',
        actual: name,
        expected:
          `1 to ${MAX_NAME} lower-case letters, digits and hyphens, beginning and ending with a letter or ` +
          'digit, since S3 takes it into the name' +
          ' of the access point',
        hint: 'write a short literal name, and nothing secret: names of access points are published in the DNS',
      });
    }
    this.prefixes = options.prefixes;
    this.principals = options.principals;
    if (this.principals.length === 0) {
      throw validationError({
        property: 'principals',
        actual: '[]',
        expected: `at least one member of the team "${name}"`,
        hint: 'name its roles, or leave the team out',
      });
    }
    if (this.prefixes.length === 0) {
      throw validationError({
        property: 'prefixes',
        actual: '[]',
        expected: `at least one prefix for the team "${name}"`,
        hint: 'name its folders, or write Team.WHOLE_BUCKET',
      });
    }
    if (this.prefixes.join() !== Team.WHOLE_BUCKET.join()) this.prefixes.forEach(requireFolder);
  }

  /**
   * What the keys begin with; the empty text for the whole bucket.
   *
   * @internal
   */
  public get _folders(): string[] {
    return this.prefixes.map((prefix) => (prefix === '*' ? '' : prefix));
  }

  /**
   * Whether the team may do something.
   *
   * @internal
   */
  public _may(right: Right): boolean {
    return this.rights.includes(right);
  }
}

/** What a team can be allowed. */
export type Right = 'read' | 'list' | 'write' | 'delete';

/** With what comes before it in the name of the access point, the fifty characters that S3 takes. */
const MAX_NAME = 30;

/**
 * One prefix of a team; the reasons are the same as for a grant, and paths that some clients would fold are refused as
 * well.
 */
function requireFolder(prefix: string): void {
  if (Token.isUnresolved(prefix)) {
    throw validationError({
      property: 'prefixes',
      actual: 'a token, which only the deployment knows',
      expected: 'literal prefixes, since nobody could tell whether two teams share one that is unknown',
      hint: 'write the prefix itself',
    });
  }
  if (/[^/*?$]$/.test(prefix)) {
    throw validationError({
      property: 'prefixes',
      actual: prefix,
      expected: `a folder with "/" at its end, since "${prefix}*" would open "${prefix}-secret/" too`,
      hint: `write "${prefix.replace(/^\/+/, '')}/"`,
    });
  }
  requirePrefix('prefixes', prefix);
  if (
    prefix
      .split('/')
      .slice(0, -1)
      .some((part) => ['', '.', '..'].includes(part))
  ) {
    throw validationError({
      property: 'prefixes',
      actual: prefix,
      expected:
        'folders with names other than "", "." and "..", which clients fold into other folders while S3 does not',
      hint: 'write the folder that is meant, without detours',
    });
  }
}
