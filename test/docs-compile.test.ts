import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as ts from 'typescript';
import { moduleAround } from './support/docs-fixture';
import { ROOT } from '../scripts/delivery/pack';

/** A block of TypeScript in a page, as a module of its own beside the page. */
interface Block {
  readonly place: string;
  readonly file: string;
  readonly text: string;
}

const pages = [
  ...readdirSync(ROOT).filter((file) => file.endsWith('.md') && file !== 'API.md' && file !== 'CHANGELOG.md'),
  ...['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
      .map((file) => join(folder, file)),
  ),
];

const blocks = pages.flatMap((page): Block[] => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```(?:ts|typescript)[^\n]*\n([\s\S]*?)^```/gm)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length;
    return {
      place: `${page}:${line}`,
      file: join(ROOT, dirname(page), `__block_${page.replaceAll(/\W/g, '_')}_${line}.ts`),
      text: moduleAround(match[1]),
    };
  });
});

const program = compile(blocks);

test('the docs have blocks of TypeScript', () => expect(blocks.length).toBeGreaterThan(15));

test.each(blocks)('$place compiles', ({ file }) => {
  const source = program.getSourceFile(file)!;
  const problems = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
});

function compile(modules: readonly Block[]): ts.Program {
  const config = ts.readConfigFile(join(ROOT, 'test', 'tsconfig.json'), ts.sys.readFile).config;
  const options: ts.CompilerOptions = {
    ...ts.parseJsonConfigFileContent(config, ts.sys, join(ROOT, 'test')).options,
    // A page may await at the top, and need not use all that it shows.
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    isolatedModules: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    types: ['node', 'jest'],
    paths: {
      'cdk-s3-strongbox': [join(ROOT, 'src', 'index.ts')],
      'cdk-s3-strongbox/jest': [join(ROOT, 'src', 'jest', 'index.ts')],
      'cdk-s3-strongbox/redaction': [join(ROOT, 'src', 'runtime', 'redaction', 'index.ts')],
      'cdk-s3-strongbox/custom-transform': [join(ROOT, 'src', 'runtime', 'custom-transform', 'index.ts')],
    },
  };
  const texts = new Map(modules.map(({ file, text }) => [file, text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, languageVersion, ...rest) =>
    texts.has(file)
      ? ts.createSourceFile(file, texts.get(file)!, languageVersion, true)
      : getSourceFile.call(host, file, languageVersion, ...rest);
  return ts.createProgram([...texts.keys()], options, host);
}
