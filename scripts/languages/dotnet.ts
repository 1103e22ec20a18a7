import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Checks } from './checks';
import { examplesIn } from './examples';
import { PYTHON } from './python';
import { CODE, CONSUMERS, HOME, quiet } from './workspace';
import { execute } from '../delivery/execute';

/**
 * Parses the generated sources and the examples: they are not compiled, since no registry of this run brings the .NET
 * SDK.
 */
export async function dotnet(checks: Checks): Promise<void> {
  await checks.run(
    '.NET',
    'sources and examples are valid C# (parsed, not compiled: the .NET SDK is not part of this run)',
    async () => {
      const examples = examplesIn('csharp');
      const file = join(HOME, 'csharp-examples.json');
      writeFileSync(file, JSON.stringify(examples));
      const counted = await execute(PYTHON, [join(CONSUMERS, 'parse_csharp.py'), join(CODE, 'dotnet'), file], {
        cwd: HOME,
        env: quiet(),
        remedy: 'correct the example, or look at what jsii-pacmak generated',
      });
      return counted.trim();
    },
  );
}
