import type { Lint } from './lint';
import { nearest } from './nearest';
import { PRINCIPALS } from './pages';
import { principalsOf } from './principals';
import { SERVICE_PRINCIPALS } from '../data/service-principals';
import { isOpen } from '../template/unknown';

/** Endings of service principals in all partitions. */
const ENDING =
  /\.(amazonaws\.com(\.cn)?|amazonaws\.eu|amazon\.com|c2s\.ic\.gov|sc2s\.sgov\.gov|aws\.internal|aws\.dev)$/;
const REGION = /\.[a-z]{2}(-[a-z]+)+-\d(?=\.)/;

/** A service principal that does not exist: the statement is about no service, or refused. */
export const unknownServicePrincipal: Lint = {
  id: 'unknown-service-principal',
  title: 'A policy names a service principal that does not exist',
  fix: 'Write the service principal that the documentation of the service names.',
  page: PRINCIPALS,
  example: {
    wrong: '"Principal": { "Service": "loging.s3.amazonaws.com" }',
    right: '"Principal": { "Service": "logging.s3.amazonaws.com" }',
  },
  *find(template) {
    for (const statement of template.statements) {
      for (const { type, value, location } of principalsOf(statement)) {
        const message = type === 'Service' ? judge(value) : undefined;
        if (message) yield { resource: statement.document.resource, location, message };
      }
    }
  },
};

function judge(value: string): string | undefined {
  if (isOpen(value) || value === '*' || /^arn:|^\d+$/.test(value)) return undefined;
  if (!ENDING.test(value)) {
    const suggestion = SERVICE_PRINCIPALS.includes(`${value}.amazonaws.com`)
      ? `${value}.amazonaws.com`
      : nearest(value, SERVICE_PRINCIPALS);
    return `"${value}" is not a service principal: it must end in ".amazonaws.com".${didYouMean(suggestion)}`;
  }
  const name = value.replace(REGION, '');
  if (SERVICE_PRINCIPALS.includes(name)) return undefined;
  // The list cannot be complete, so only a slip in a known name is a mistake; short names are all alike.
  const suggestion = nearest(name, SERVICE_PRINCIPALS);
  const [label] = name.split('.');
  if (suggestion === undefined || label.length < 6 || !isSlip(name, suggestion)) return undefined;
  return `"${value}" is not a known service principal.${didYouMean(suggestion)}`;
}

const didYouMean = (name: string | undefined): string => (name === undefined ? '' : ` Did you mean "${name}"?`);

/** One letter too many, too few, wrong or swapped with its neighbour. */
function isSlip(written: string, known: string): boolean {
  let start = 0;
  while (start < written.length && written[start] === known[start]) start++;
  let end = 0;
  while (end < Math.min(written.length, known.length) - start && written.at(-1 - end) === known.at(-1 - end)) end++;
  const changed = [written.length - start - end, known.length - start - end];
  const [from, to] = [written.slice(start, written.length - end), known.slice(start, known.length - end)];
  return Math.max(...changed) <= 1 || (from.length === 2 && from === [...to].reverse().join(''));
}
