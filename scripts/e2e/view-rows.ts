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
    for (const [bucket, ask] of [['endpoint', await example.byEndpoint()], ['object-lambda', await example.byObjectLambda()]] as const) {
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
