import type { Kind } from '../kinds';

/** Calling codes of one and two digits (ITU-T E.164); the others have three. */
const CALLING_CODE = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;
const EXTENSION = /(?:x|ext\w{0,6}|#)[.:]?\s?(\d{1,7})$/i;

/**
 * The form in which every spelling of one value is the same: what a pseudonym is made of.
 * @param trunks prefixes of national numbers beside `0` and `8`, of the policy's regions
 */
export function normal(kind: Kind, written: string, trunks: readonly string[] = []): string {
  switch (kind) {
    case 'email':
    case 'name':
    case 'address':
      return written.normalize('NFC').toLowerCase();
    case 'secret':
    case 'token':
    case 'jwt':
    case 'private-key':
    case 'aws-key':
    case 'url-credential':
      return written;
    case 'ipv6':
      return ipv6(written.toLowerCase());
    case 'phone':
      return phone(written.normalize('NFKC'), trunks);
    default:
      return written
        .normalize('NFKC')
        .replace(/[^\p{L}\p{N}]/gu, '')
        .toLowerCase();
  }
}

/**
 * The national significant number, and the extension: a number that is written without its country's code is the one
 * that is written with it.
 */
function phone(written: string, trunks: readonly string[]): string {
  const extension = EXTENSION.exec(written);
  const number = extension ? written.slice(0, extension.index) : written;
  const digits = number.replace(/\D/g, '');
  const abroad = /^\(?\+/.test(number.trim()) ? digits : /^(?:00|011)(?=\d)/.test(digits) ? withoutExit(digits) : '';
  const national = abroad === '' ? withoutTrunk(digits, trunks) : abroad.replace(CALLING_CODE, '');
  return `${national.replace(/^0+/, '')}${extension ? `x${extension[1]}` : ''}`;
}

function withoutExit(digits: string): string {
  return digits.replace(/^(?:00|011)/, '');
}

function withoutTrunk(digits: string, trunks: readonly string[]): string {
  const trunk = trunks.find((one) => digits.startsWith(one));
  if (trunk !== undefined) return digits.slice(trunk.length);
  return digits.length === 11 ? digits.replace(/^[18]/, '') : digits;
}

/** All eight groups in full, a tail of IPv4 as two of them (RFC 4291, 2.2); the zone stays. */
function ipv6(written: string): string {
  const [address, zone] = written.split('%');
  const plain = address.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a, b, c, d) => `${pair(Number(a), Number(b))}:${pair(Number(c), Number(d))}`,
  );
  const [head, tail] = plain.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const gap = tail === undefined ? [] : Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  const groups = [...head, ...gap, ...(tail ?? [])].map((group) => Number.parseInt(group, 16).toString(16));
  return [groups.join(':'), ...(zone === undefined ? [] : [zone])].join('%');
}

function pair(high: number, low: number): string {
  return ((high << 8) | low).toString(16);
}
