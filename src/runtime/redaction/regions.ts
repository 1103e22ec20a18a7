import { NATIONAL_PLANS } from './detectors/phone-plan';
import { determinize, parse } from './pattern/regular';

/** Bytes of one state in the kernel's form (kernel/plan.ts): ten digits and the accepting flag, two bytes each. */
const STATE_SIZE = 22;
/** Next record, length of the trunk prefix, its digits. */
const HEADER = 12;

/** The numbering plan of a region as the kernel walks it. */
export interface Plan {
  readonly trunk: string;
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
  const [trunk, pattern] = nationalPlan(region)!;
  const { classes, classCount, next, accepts } = determinize([parse(pattern, false)], false, 0xffff)!;
  const states = new Uint16Array(accepts.length * 11);
  accepts.forEach((on, state) => {
    for (let digit = 0; digit < 10; digit += 1) {
      states[state * 11 + digit] = next[state * classCount + classes[0x30 + digit]];
    }
    states[state * 11 + 10] = on;
  });
  // The kernel takes one prefix of up to four digits.
  return { trunk: /^\d{1,4}$/.test(trunk) ? trunk : '', states };
}

export function planBytes({ states }: Plan): number {
  return HEADER + (states.length / 11) * STATE_SIZE + 4;
}

/** Writes the records from `at` on, each with the address of the next. */
export function writePlans(view: DataView, at: number, plans: readonly Plan[]): void {
  let free = at;
  plans.forEach((one, i) => {
    const next = (free + planBytes(one) + 3) & ~3;
    view.setInt32(free, i + 1 < plans.length ? next : 0, true);
    view.setInt32(free + 4, one.trunk.length, true);
    [...one.trunk].forEach((digit, k) => view.setUint8(free + 8 + k, Number(digit)));
    one.states.forEach((value, k) => view.setUint16(free + HEADER + k * 2, value, true));
    free = next;
  });
}
