import { crypto } from '../crypto';
import type { Kind } from '../kinds';
import { normal } from './normal';

/** What a session's pseudonyms are made with. */
export interface PseudonymKey {
  readonly key: Uint8Array | undefined;
  /** Trunk prefixes of the policy's regions. */
  readonly trunks?: readonly string[];
}

/**
 * A stand-in that is the same for the same value under one key, whatever its case and separators, and cannot be turned
 * back without the key. It keeps the form of the kind where the form has a part that nobody is ever given: `.invalid`
 * (RFC 2606), calling code 999, social security area 000, country XX, 240.0.0.0/4 (RFC 1112), 100::/64 (RFC 6666). The
 * detectors leave those alone.
 */
export function pseudonym(kind: Kind, value: string, { key, trunks }: PseudonymKey): string {
  const digest = crypto()
    .createHmac('sha256', key!)
    .update(kind)
    .update('\0')
    .update(normal(kind, value, trunks))
    .digest();
  switch (kind) {
    case 'email':
      return `${letters(digest, 12)}@pseudonym.invalid`;
    case 'phone':
      return `+999${digits(digest, 9)}`;
    case 'us-ssn':
    case 'us-itin':
      return `000-${digits(digest, 2)}-${digits(digest.subarray(2), 4)}`;
    case 'card':
      return inForm(value, `0000${digits(digest, 15)}`);
    case 'iban':
      return inForm(value, `XX00${digits(digest, 30)}`);
    case 'ipv4':
      return `${240 + (digest[0] % 15)}.${digest[1]}.${digest[2]}.${digest[3]}`;
    case 'ipv6':
      return `100::${digest
        .subarray(0, 8)
        .toString('hex')
        .replace(/(.{4})(?=.)/g, '$1:')}`;
    default:
      return `[${kind.toUpperCase()}#${letters(digest, 16)}]`;
  }
}

/** No digits: a run of letters is nothing that a detector looks for. */
function letters(digest: Uint8Array, count: number): string {
  return Array.from(digest.subarray(0, count), (byte) => String.fromCharCode(0x61 + (byte % 26))).join('');
}

/** From a 32-byte digest as many decimal digits as asked for. */
function digits(digest: Uint8Array, count: number): string {
  return BigInt(`0x${Buffer.from(digest).toString('hex')}`)
    .toString()
    .padStart(80, '0')
    .slice(-count);
}

/** The symbols of `stand` in the places of those of `value`; separators stay. */
function inForm(value: string, stand: string): string {
  let i = 0;
  return value.replace(/[\p{L}\p{N}]/gu, () => stand[i++ % stand.length]);
}
