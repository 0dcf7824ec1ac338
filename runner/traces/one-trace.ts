import { serviceName } from '../../spans/service-name.ts';
import type { Span } from '../../spans/span.ts';
import { terminalText } from '../../log/terminal-text.ts';
import { UserError } from '../user-error.ts';
import type { Traces } from './trace-choice.ts';

const SHOWN = 3;

/**
 * The one trace whose id is this, or begins so; zeros in front may be left out.
 * Throws a UserError where none is, with the nearest, or where several are.
 */
export function oneTrace(traces: Traces, wanted: string): readonly Span[] {
  const id = wanted.toLowerCase();
  const exact = traces.get(id) ?? traces.get(id.padStart(32, '0'));
  if (exact !== undefined) return exact;
  const ids = [...traces.keys()];
  const found = ids.filter((known) => known.startsWith(id) || short(known).startsWith(id));
  const [first, second] = found;
  if (first !== undefined && second === undefined) return traces.get(first) ?? [];
  const [what, which] =
    first === undefined
      ? [`no trace has the id ${wanted}; the nearest of ${ids.length}`, nearestIds(ids, id)]
      : [`${found.length} trace ids begin with ${wanted}, such as`, found];
  const shown = which
    .slice(0, SHOWN)
    .map((known) => `\n  ${known}  ${rootText(traces.get(known) ?? [])}`);
  throw new UserError(terminalText(what) + shown.join(''));
}

const short = (id: string): string => id.replace(/^0+/, '');

/** Those first that agree from the start for longest, or differ in the fewest digits. */
function nearestIds(ids: readonly string[], wanted: string): string[] {
  const likeness = (id: string): number => {
    const agree = [...wanted].map((digit, at) => digit === id[at]);
    const first = agree.indexOf(false);
    return Math.max(first === -1 ? agree.length : first, agree.filter(Boolean).length);
  };
  return ids
    .map((id) => ({ id, like: Math.max(likeness(id), likeness(short(id))) }))
    .sort((a, b) => b.like - a.like)
    .map(({ id }) => id);
}

function rootText(spans: readonly Span[]): string {
  const root = spans.find(({ parentSpanId }) => parentSpanId === undefined) ?? spans[0];
  return root === undefined ? '' : terminalText(`${serviceName(root)}: ${root.name}`);
}
