import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Members } from '../../policy/team-members';

/**
 * The rights of all teams on the key of their bucket, usable through S3 only. They stand in the key's policy, where one
 * statement names all readers and one all writers: roles of other apps and accounts work, and no policy of a role has
 * to be changed.
 */
export class TeamKeyRights extends Construct {
  /** The rights on this key; several `TeamAccessPoints` of one bucket share them. */
  public static on(key: kms.IKey): TeamKeyRights {
    return (key.node.tryFindChild('StrongboxTeams') as TeamKeyRights | undefined) ?? new TeamKeyRights(key);
  }

  /** Whether the key's policy took what was allowed; that of a key of another app does not. */
  public taken = true;

  private readonly statements = new Map<string, { statement: iam.PolicyStatement; named: Set<string> }>();

  private constructor(private readonly key: kms.IKey) {
    super(key, 'StrongboxTeams');
  }

  public allow(actions: string[], { named, permissionSets }: Members): void {
    if (actions.length === 0) return;
    const kind = actions.length === 1 ? 'Read' : 'Write';
    for (const member of named) this.name(`StrongboxTeams${kind}`, actions, member);
    for (const member of permissionSets) {
      const statement = this.name(
        `StrongboxPermissionSets${kind}`,
        actions,
        new iam.AccountPrincipal(member.principalAccount),
      );
      const before = (statement.conditions.ArnLike?.['aws:PrincipalArn'] ?? []) as string[];
      statement.addCondition('ArnLike', { 'aws:PrincipalArn': [...new Set([...before, ...member.roleArnPatterns])] });
    }
  }

  private name(sid: string, actions: string[], principal: iam.IPrincipal): iam.PolicyStatement {
    let found = this.statements.get(sid);
    if (!found) this.statements.set(sid, (found = { statement: this.make(sid, actions, principal), named: new Set() }));
    const text = JSON.stringify(Stack.of(this).resolve(principal.policyFragment.principalJson));
    if (found.named.size > 0 && !found.named.has(text)) found.statement.addPrincipals(principal);
    found.named.add(text);
    return found.statement;
  }

  private make(sid: string, actions: string[], principal: iam.IPrincipal): iam.PolicyStatement {
    const statement = new iam.PolicyStatement({
      sid,
      principals: [principal],
      actions,
      resources: ['*'],
      conditions: { StringEquals: { 'kms:ViaService': `s3.${this.key.env.region}.amazonaws.com` } },
    });
    this.taken &&= this.key.addToResourcePolicy(statement).statementAdded;
    return statement;
  }
}
