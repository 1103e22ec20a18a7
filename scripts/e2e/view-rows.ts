import { join } from 'node:path';
import { opposite, rowOf, type Row } from './row';
import { ThreeViews, viewCases } from './views';
import type { World } from './world';
import { ROOT } from '../delivery/pack';

/** Who asks for what by which door of the example, and whether it is what its README shows. */
export async function viewRows({ server }: World): Promise<Row[]> {
  const shop = server.addUser('shop');
  const example = new ThreeViews(server.endpoint, shop, join(ROOT, 'build', 'e2e', 'views'));
  try {
    example.synthesize();
    await example.fill(server.client(shop));
    const rows: Row[] = [];
    // One after the other: in this process both have the same environment.
    for (const [bucket, open] of [
      ['endpoint', () => example.byEndpoint()],
      ['object-lambda', () => example.byObjectLambda()],
    ] as const) {
      const ask = await open();
      const row = rowOf('one-bucket-three-views', bucket);
      for (const { what, allowed, check } of viewCases(ask)) {
        const error = await check();
        const expected = allowed ? 'allowed' : 'denied';
        rows.push(row(what, expected, { server: error === undefined ? expected : opposite(expected), error }));
      }
    }
    return rows;
  } finally {
    example.stop();
  }
}
