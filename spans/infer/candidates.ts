import { SPAN_KIND } from '../span.ts';
import { contradicts, type Observed } from './observed.ts';

/** Most candidates looked at for one span; those that started last are kept. */
const MAX_CANDIDATES = 128;

/**
 * For each span the indexes of those that can have been its parent: they
 * contain it, and neither their kinds nor their joins forbid it. Within one process the order of lines
 * decides, between processes the clocks, with `slackSeconds` for disorder, and
 * `lateEndSeconds` more for a process that says that it is done only after its
 * caller has the answer.
 *
 * A sweep over time: `O(n · spans open at once)`.
 */
export function candidateParents(
  spans: readonly Observed[],
  slackSeconds: number,
  lateEndSeconds: number,
): readonly (readonly number[])[] {
  const candidates: number[][] = spans.map(() => []);
  const byStart = spans
    .map((_, index) => index)
    .sort((a, b) => startOf(spans[a]) - startOf(spans[b]));
  let open: number[] = [];
  let ahead = 0;
  for (const index of byStart) {
    const span = spans[index];
    if (span === undefined) continue;
    while (startOf(spans[byStart[ahead] ?? -1]) <= span.startSeconds + slackSeconds) {
      open.push(byStart[ahead] ?? 0);
      ahead++;
    }
    open = open.filter((at) => (spans[at]?.endSeconds ?? 0) >= span.startSeconds);
    candidates[index] = open
      .filter((at) => at !== index && canContain(spans[at], span, slackSeconds, lateEndSeconds))
      .slice(-MAX_CANDIDATES);
  }
  return candidates;
}

const startOf = (span: Observed | undefined): number => span?.startSeconds ?? Infinity;

function canContain(
  parent: Observed | undefined,
  child: Observed,
  slackSeconds: number,
  lateEndSeconds: number,
): boolean {
  if (parent === undefined || !kindsAllow(parent, child)) return false;
  if (contradicts(parent.joins, child.joins)) return false;
  const within = parent.instance === child.instance;
  if (within && parent.order !== undefined && child.order !== undefined) {
    const [early, late] = [
      child.order.first - parent.order.first,
      parent.order.last - child.order.last,
    ];
    return early >= 0 && late >= 0 && early + late > 0;
  }
  return (
    parent.startSeconds <= child.startSeconds + slackSeconds &&
    parent.endSeconds >= child.endSeconds - slackSeconds - (within ? 0 : lateEndSeconds) &&
    !(within && sameInterval(parent, child) && parent.name === child.name)
  );
}

/** A request comes in from another process, and every other span is made by its own. */
function kindsAllow(parent: Observed, child: Observed): boolean {
  const within = parent.instance === child.instance;
  if (child.kind === SPAN_KIND.server || child.kind === SPAN_KIND.consumer) return !within;
  return child.kind === SPAN_KIND.internal || within;
}

function sameInterval(a: Observed, b: Observed): boolean {
  return a.startSeconds === b.startSeconds && a.endSeconds === b.endSeconds;
}
