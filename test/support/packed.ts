import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCompiled, pack, ROOT } from '../../scripts/delivery/pack';

/** The library as it would be published, unpacked in a folder where its peers are found too. */
export class PackedLibrary {
  /** @throws where lib/ is missing or older than src/ */
  public static async create(): Promise<PackedLibrary> {
    if (!isCompiled()) {
      throw new Error(
        'lib/ is missing or older than src/: run "npx projen pre-compile && npx projen compile" first, or ' +
          '"npm test", which does.',
      );
    }
    const folder = mkdtempSync(join(tmpdir(), 'strongbox-packed-'));
    const { tarball } = await pack(folder);
    return new PackedLibrary(folder, tarball);
  }

  /** Where a consumer's file would stand. */
  public readonly consumer: string;
  /** The unpacked package. */
  public readonly home: string;

  private constructor(
    private readonly folder: string,
    public readonly tarball: string,
  ) {
    this.consumer = join(folder, 'consumer');
    const modules = join(this.consumer, 'node_modules');
    mkdirSync(modules, { recursive: true });
    execFileSync('tar', ['xzf', tarball, '-C', modules]);
    this.home = join(modules, 'cdk-s3-strongbox');
    renameSync(join(modules, 'package'), this.home);
    for (const peer of ['aws-cdk-lib', 'constructs']) {
      symlinkSync(join(ROOT, 'node_modules', peer), join(modules, peer));
    }
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
