/**
 * Run as a child: S3 and Object Lambda as far as a measurement needs them, which is to give bytes and to swallow them.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { flow } from '../flow';
import { corpus } from '../redaction/corpus';

const block = corpus(8e6, 1000).bytes;
const bytes = Number(process.argv[2]);

const server = createServer((req, res) => {
  if (req.method === 'POST') {
    let read = 0;
    req.on('data', (part: Buffer) => {
      read += part.length;
    });
    // A view is not much smaller than its original; an error is, and is not to be measured as if it were a view.
    req.on('end', () => res.writeHead(read > bytes / 2 ? 200 : 500).end());
    return;
  }
  res.writeHead(200, {
    'content-type': 'text/plain',
    'content-length': bytes,
    etag: '"0123456789abcdef0123456789abcdef"',
  });
  flow(res, block, bytes);
});
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
