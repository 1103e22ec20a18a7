import { NATIONAL_PLANS } from './detectors/phone-plan';
import { DOTTED, LOCAL } from './kernel/plan';
import { determinize, parse } from './pattern/regular';

/** Bytes of one state in the kernel's form (kernel/plan.ts): ten digits and the accepting flag, two bytes each. */
const STATE_SIZE = 22;
/** Next record, states, length of the trunk prefix, flags, its digits. */
const HEADER = 20;

/** Trunk prefixes beside the one that the metadata names. */
const OTHER_TRUNKS: Record<string, readonly string[]> = { BY: ['80'], LT: ['8'] };
/** Written forms beside the national number: mobiles of Argentina, dialled with 15 behind the area's code. */
const OTHER_FORMS: Record<string, string> = { AR: '(?:11|[23]\\d{2,3})15\\d{6,8}' };
/** Regions that join pairs of digits by dots. */
const IN_DOTS = new Set(['NC']);
/**
 * The trunk digit of North America and of the islands that share its plan; they dial within an area, as do regions
 * without one.
 */
const AMERICAN = '1';
/** Shorter numbers than this are of islands, whose longest have so few digits. */
const SHORT = 7;

/** The numbering plan of a region as the kernel walks it. */
export interface Plan {
  readonly trunks: readonly string[];
  /** DOTTED and LOCAL of the kernel. */
  readonly flags: number;
  /** The longest number has few digits, and five make one. */
  readonly short: boolean;
  readonly states: Uint16Array;
}

/** Trunk prefix and pattern of national numbers of a region (ISO 3166), or undefined. */
export function nationalPlan(region: string): readonly [trunk: string, pattern: string] | undefined {
  const at = NATIONAL_PLANS.indexOf(`;${region} `);
  if (at < 0) return undefined;
  const [, trunk, pattern] = NATIONAL_PLANS.slice(at + 1, NATIONAL_PLANS.indexOf(';', at + 1)).split(' ');
  return [trunk, pattern];
}

/** @param region that has a plan */
export function plan(region: string): Plan {
  const [trunk, national] = nationalPlan(region)!;
  const pattern = [national, OTHER_FORMS[region]].filter(Boolean).join('|');
  const { classes, classCount, next, accepts } = determinize([parse(pattern, false)], false, 0xffff)!;
  const states = new Uint16Array(accepts.length * 11);
  accepts.forEach((on, state) => {
    for (let digit = 0; digit < 10; digit += 1) {
      states[state * 11 + digit] = next[state * classCount + classes[0x30 + digit]];
    }
    states[state * 11 + 10] = on;
  });
  return {
    // The kernel takes prefixes of up to four digits.
    trunks: [/^\d{1,4}$/.test(trunk) ? trunk : '', ...(OTHER_TRUNKS[region] ?? [])],
    flags: (IN_DOTS.has(region) ? DOTTED : 0) | (trunk === AMERICAN || trunk === '' ? LOCAL : 0),
    short: longestNumber(states) <= SHORT,
    states,
  };
}

/** Steps to the furthest state; a plan has no cycle, since all its numbers end. */
function longestNumber(states: Uint16Array): number {
  const lengths = new Map<number, number>([[0, -Infinity]]);
  const longest = (state: number): number => {
    let known = lengths.get(state);
    if (known === undefined) {
      known = states[state * 11 + 10] !== 0 ? 0 : -Infinity;
      for (let digit = 0; digit < 10; digit += 1) known = Math.max(known, 1 + longest(states[state * 11 + digit]));
      lengths.set(state, known);
    }
    return known;
  };
  return longest(1);
}

export function planBytes({ trunks, states }: Plan): number {
  return HEADER * trunks.length + (states.length / 11) * STATE_SIZE + 4;
}

/** How many digits fewer than seven a number of one of the plans may have. */
export function fewerDigits(plans: readonly Plan[]): number {
  return plans.length === 0 ? 0 : plans.some((one) => one.short) ? 2 : 1;
}

/** Writes the records from `at` on, each with the address of the next. */
export function writePlans(view: DataView, at: number, plans: readonly Plan[]): void {
  let free = at;
  let last = 0;
  for (const one of plans) {
    const states = free + HEADER * one.trunks.length;
    for (const trunk of one.trunks) {
      if (last !== 0) view.setInt32(last, free, true);
      last = free;
      view.setInt32(free, 0, true);
      view.setInt32(free + 4, states, true);
      view.setInt32(free + 8, trunk.length, true);
      view.setInt32(free + 12, one.flags, true);
      [...trunk].forEach((digit, k) => view.setUint8(free + 16 + k, Number(digit)));
      free += HEADER;
    }
    one.states.forEach((value, k) => view.setUint16(states + k * 2, value, true));
    free = (at + (states - at) + one.states.length * 2 + 3) & ~3;
  }
}
