import { JSONParser, Tokenizer } from '@streamparser/json';
import { parse } from 'csv-parse';
import { SaxesParser } from 'saxes';
import { compilePolicy } from '../../src/runtime/redaction/compiled-policy';
import { ObjectTransform } from '../../src/runtime/redaction/pipeline';

/** Takes all chunks of a document and returns when it is through with them. */
export type Subject = (chunks: readonly Buffer[]) => void | Promise<void>;

const policy = compilePolicy({ version: 1 });
const paths = compilePolicy({
  version: 1,
  fields: [
    { path: '$[*].address.zip', action: { type: 'drop' } },
    { path: '$..name' },
    { path: 'zip', action: { type: 'drop' } },
    { path: 'name' },
    { path: '/records/record/address/@zip', action: { type: 'drop' } },
    { path: '//name' },
  ],
});

function redactor(compiled: typeof policy, contentType: string): Subject {
  return (chunks) => {
    const object = new ObjectTransform(compiled, compiled.session(), { contentType });
    for (const chunk of chunks) for (const part of object.push(chunk)) object.release(part);
    object.end();
  };
}

/**
 * Per format: the redactor with every kind on, the same with field rules, and parsers that do nothing with what they
 * parse.
 */
export const SUBJECTS: Record<string, Record<string, Subject>> = {
  json: {
    redact: redactor(policy, 'application/json'),
    redactWithFields: redactor(paths, 'application/json'),
    streamparserJson: (chunks) => {
      const parser = new JSONParser({ paths: ['$.none'], keepStack: false });
      parser.onValue = () => undefined;
      for (const chunk of chunks) parser.write(chunk);
    },
    streamparserJsonTokenizer: (chunks) => {
      const tokenizer = new Tokenizer();
      tokenizer.onToken = () => undefined;
      for (const chunk of chunks) tokenizer.write(chunk);
    },
  },
  csv: {
    redact: redactor(policy, 'text/csv'),
    redactWithFields: redactor(paths, 'text/csv'),
    csvParse: (chunks) =>
      new Promise((resolve, reject) => {
        const parser = parse();
        parser.on('data', () => undefined);
        parser.on('end', resolve);
        parser.on('error', reject);
        for (const chunk of chunks) parser.write(chunk);
        parser.end();
      }),
  },
  xml: {
    redact: redactor(policy, 'application/xml'),
    redactWithFields: redactor(paths, 'application/xml'),
    saxes: (chunks) => {
      const parser = new SaxesParser();
      parser.on('opentag', () => undefined);
      parser.on('text', () => undefined);
      parser.on('closetag', () => undefined);
      const decoder = new TextDecoder();
      for (const chunk of chunks) parser.write(decoder.decode(chunk, { stream: true }));
      parser.close();
    },
  },
};
