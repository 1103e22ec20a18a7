import type { S3Client } from '@aws-sdk/client-s3';
import { CloudFormationFront } from './cloudformation';
import type { Radosgw, User } from './radosgw';

/** Everybody who calls. `owner` made the buckets and is nobody in the archives; `stranger` has no rights at all. */
const USERS = ['owner', 'ingest', 'audit', 'records', 'legal', 'stranger'] as const;
export type UserName = (typeof USERS)[number];
export type Clients = Readonly<Record<UserName, S3Client>>;

/** What every feature has: the server, who calls it, and CloudFormation before it. */
export class World {
  public static async start(server: Radosgw): Promise<World> {
    const users = Object.fromEntries(USERS.map((name) => [name, server.addUser(name)])) as Record<UserName, User>;
    const clients = Object.fromEntries(USERS.map((name) => [name, server.client(users[name])])) as unknown as Clients;
    return new World(server, users, clients, await CloudFormationFront.start(server, clients.owner));
  }

  private constructor(
    public readonly server: Radosgw,
    public readonly users: Readonly<Record<UserName, User>>,
    public readonly clients: Clients,
    public readonly front: CloudFormationFront,
  ) {}
}
