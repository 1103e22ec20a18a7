import { pipeline } from 'node:stream';
import type { Relay } from './loopback';
import type { CompiledPolicy } from '../../src/runtime/redaction';
import { ObjectTransform, redactStream } from '../../src/runtime/redaction';

/** The core between the GET and the POST, output buffers given back. */
export function throughCore(policy: CompiledPolicy): Relay {
  return (source, sink, failed) => {
    const transform = new ObjectTransform(policy, policy.session(), { contentType: 'text/plain' });
    const write = (parts: readonly Uint8Array[]) => {
      let more = true;
      for (const part of parts) more = sink.write(part, () => transform.release(part));
      return more;
    };
    const guarded = (work: () => void) => {
      try {
        work();
      } catch (error) {
        source.destroy();
        sink.destroy();
        failed(error as Error);
      }
    };
    source.on('data', (chunk: Buffer) =>
      guarded(() => {
        if (write(transform.push(chunk))) return;
        source.pause();
        sink.once('drain', () => source.resume());
      }),
    );
    source.on('end', () =>
      guarded(() => {
        write(transform.end());
        sink.end();
      }),
    );
  };
}

/** The Node stream, as most callers use it. */
export function throughStream(policy: CompiledPolicy): Relay {
  return (source, sink, failed) => {
    pipeline(source, redactStream(policy, { contentType: 'text/plain' }).stream, sink, (error) => {
      if (error) failed(error);
    });
  };
}
