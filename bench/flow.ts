import type { ServerResponse } from 'node:http';

/**
 * Sends a block again and again, in pieces of at most `most` bytes and no faster than they are taken, until it has sent
 * `total` bytes.
 */
export function flow(to: ServerResponse, block: Uint8Array, total: number, most = block.length): void {
  let sent = 0;
  const write = () => {
    while (sent < total) {
      const at = sent % block.length;
      const piece = block.subarray(at, Math.min(at + most, block.length, at + total - sent));
      sent += piece.length;
      if (!to.write(piece)) {
        to.once('drain', write);
        return;
      }
    }
    to.end();
  };
  write();
}
