import type { IConstruct } from 'constructs';
import { validationError } from '../../input/validation-error';
import type { Team } from '../../model/team';

interface Claim {
  readonly folder: string;
  readonly team: Team;
}

/** Whoever is on a bucket already, from whichever construct. */
interface Neighbours {
  readonly teams: Team[];
  readonly shared: string[];
}

const NEIGHBOURS = Symbol.for('cdk-s3-strongbox.teams');

/**
 * Refuses prefixes that two teams of a bucket share without having said so. Said it is by `shared`, or where one team
 * reads exactly what another one writes. One look at the sorted prefixes: a folder stands right behind those that it
 * lies in.
 */
export function refuseOverlaps(bucket: IConstruct, teams: Team[], shared: string[]): void {
  const neighbours = neighboursOf(bucket);
  neighbours.teams.push(...teams);
  neighbours.shared.push(...shared.map((prefix) => (prefix === '*' ? '' : prefix)));
  const claims = neighbours.teams.flatMap((team) => team._folders.map((folder): Claim => ({ folder, team })));
  claims.sort((a, b) => {
    if (a.folder !== b.folder) return a.folder < b.folder ? -1 : 1;
    return Number(b.team._may('write')) - Number(a.team._may('write'));
  });
  const around: Claim[] = [];
  for (const claim of claims) {
    while (around.length > 0 && !claim.folder.startsWith(around[around.length - 1].folder)) around.pop();
    const other = around.find((each) => each.team !== claim.team && !isExplicit(each, claim));
    if (other && !neighbours.shared.some((prefix) => claim.folder.startsWith(prefix))) refuse(other, claim);
    // Of teams that only read the same folder one stands for all.
    const last = around[around.length - 1];
    if (!last || last.folder !== claim.folder || claim.team._may('write')) around.push(claim);
  }
}

function neighboursOf(bucket: IConstruct): Neighbours {
  const holder = bucket as { [NEIGHBOURS]?: Neighbours };
  if (!holder[NEIGHBOURS]) Object.defineProperty(holder, NEIGHBOURS, { value: { teams: [], shared: [] } });
  return holder[NEIGHBOURS]!;
}

/**
 * Whether the overlap is what the two teams say themselves: a reader of what another one writes, or of the whole
 * bucket.
 */
function isExplicit(one: Claim, other: Claim): boolean {
  const writers = [one, other].filter(({ team }) => team._may('write'));
  if (writers.length === 0) return true;
  return writers.length === 1 && (one.folder === other.folder || (one.folder === '' && !one.team._may('write')));
}

function refuse({ folder, team }: Claim, other: Claim): never {
  const [first, second] = [folder, other.folder].map((each) => (each === '' ? 'the whole bucket' : `"${each}"`));
  throw validationError({
    property: 'teams',
    actual: `"${team.name}" on ${first} and "${other.team.name}" on ${second}`,
    expected: 'prefixes that do not overlap, but for a team that reads exactly the folder of another one',
    hint: `choose other prefixes, or put ${second} into "sharedPrefixes"`,
  });
}
