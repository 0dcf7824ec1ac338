import type { LogEntry } from '../log/entry.ts';
import { check } from './check.ts';
import { compile } from './compile.ts';
import { RuleMachine } from './machine.ts';
import { PARAMETER } from './mask.ts';
import type { Link } from './matching.ts';
import type { Pair } from './pairs.ts';
import { parse } from './parse.ts';
import { joinsOf, nameOf, title, type Draft } from './proposed-text.ts';
import { sessionDraft } from './session-draft.ts';
import { shapesOf, type Session } from './sessions.ts';
import type { TemplateShape } from './template-shape.ts';

/** What a proposal is made from. */
interface Findings {
  readonly file: string;
  readonly shapes: readonly TemplateShape[];
  readonly sessions: readonly Session[];
  readonly pairs: readonly Pair[];
  readonly entries: readonly LogEntry[];
}

/** More machines than this nobody reads. */
const MAX_MACHINES = 40;
/** A share of starts that overlap, by which a value is no key. */
const MAX_COLLISIONS = 0.02;

/**
 * A rules file with what was found, a machine each, with the figures as
 * comments. Each is tried on the sample: those that give no spans are left out.
 */
export function proposal({ file, shapes, sessions, pairs, entries }: Findings): string {
  const names = new Set<string>();
  const paired = new Set([...pairs.map(({ end }) => end), ...sessions.flatMap(shapesOf)]);
  const drafts = [
    ...sessions.map((session) => sessionDraft(session, names)),
    ...shapes.flatMap((shape) => {
      const duration = durationSlot(shape);
      return duration === undefined || paired.has(shape)
        ? []
        : [spanDraft(shape, duration, nameOf(shape, names))];
    }),
    ...pairs.map((pair) => pairDraft(pair, nameOf(pair.start, names))),
  ];
  const tried = drafts.slice(0, MAX_MACHINES).flatMap((draft) => {
    const rules = unambiguous(draft.rules);
    const spans = spansOf(rules, entries);
    return spans === 0 ? [] : [`# ${draft.why}\n${rules}`];
  });
  const head =
    `# Proposed from ${entries.length} lines of ${file}. Names, kinds and what is an error are\n` +
    '# for you to say; `onelog rules --check` looks at the result.\n';
  return tried.length === 0
    ? `${head}# No line tells a duration, and no two kinds of line look like start and end.\n`
    : [head, ...tried].join('\n');
}

interface DurationSlot {
  readonly name: string;
  readonly type: string;
}

const UNITS: Readonly<Record<string, string>> = {
  ns: 'duration_ns',
  us: 'duration_us',
  µs: 'duration_us',
  ms: 'duration_ms',
  msec: 'duration_ms',
  millis: 'duration_ms',
  milliseconds: 'duration_ms',
  s: 'duration_s',
  sec: 'duration_s',
  secs: 'duration_s',
  seconds: 'duration_s',
};
const BEFORE_DURATION =
  /(?:\b(?:in|took|after|elapsed|duration|time|latency|for)\b|[=:(])[\s=:(]*$/i;

/** A number with a unit of time behind it and a word such as `took` before it. */
function durationSlot({ template, slots }: TemplateShape): DurationSlot | undefined {
  const text = template.tokens.join(' ');
  const parts = text.split(PARAMETER);
  for (let index = 1; index < parts.length; index++) {
    const slot = slots[index - 1];
    const [, unit = ''] = /^\s?([a-zµ]+)/i.exec(parts[index] as string) ?? [];
    const type = UNITS[unit.toLowerCase()];
    const isNumber = slot?.valueClass === 'number' || slot?.valueClass === 'int';
    if (isNumber && type !== undefined && BEFORE_DURATION.test(parts[index - 1] as string)) {
      return { name: slot.name, type };
    }
  }
  return undefined;
}

function spanDraft(shape: TemplateShape, { name, type }: DurationSlot, machine: string): Draft {
  const source = shape.sourceWith(new Map([[name, TOOK]]));
  return {
    why: `${shape.template.lines} lines tell how long it took: ${shape.template.tokens.join(' ')}`,
    rules: `machine ${machine}\n/${source}/ ->\n  span ${title(shape)} lasting ${TOOK}:${type}\n`,
  };
}

function pairDraft(pair: Pair, machine: string): Draft {
  const { start, end, matched, collisions } = pair;
  const duration = durationSlot(end);
  // Other ends have but one of the values: then that one must do for all.
  const [other] = pair.others;
  const links = pair.links.filter(({ start }) => (other?.link.start ?? start) === start);
  const isKey = links.length > 0 && collisions <= MAX_COLLISIONS * start.template.lines;
  const by =
    links.length === 0
      ? 'by their order alone'
      : `by ${links.map((link) => slotText(start, link.start)).join(' and ')}`;
  const overlap = collisions > 0 ? `, ${collisions} while another with the same was under way` : '';
  return {
    why: `${start.template.lines} starts, ${end.template.lines} ends, ${matched} of them matched ${by}${overlap}`,
    rules: [
      `machine ${machine}`,
      ...(isKey && duration === undefined
        ? keyedRules({ ...pair, links })
        : boundaryRules({ ...pair, links }, machine, duration)),
      '',
    ].join('\n'),
  };
}

/** One span is open for a key at any time. */
function keyedRules({ start, end, links, others }: Pair): string[] {
  const starts = namesOf(start, links, 'start');
  const keys = [
    starts,
    namesOf(end, links, 'end'),
    ...others.map(({ shape, link }) => namesOf(shape, [link], 'end')),
  ].map((names) => names.join(', '));
  return [
    `key ${[...new Set(keys)].join(' | ')}`,
    `${patternOf(start, links, 'start')} -> open ${title(start)}${joinsOf(starts)}`,
    `${patternOf(end, links, 'end')} -> close`,
    ...others.map(({ shape, link, failed }) => {
      const error = failed ? `error ${title(shape)}, ` : '';
      return `${patternOf(shape, [link], 'end')} -> ${error}close`;
    }),
  ];
}

/** Which of several ends is whose is found by values, order and time. */
function boundaryRules(
  { start, end, links, others }: Pair,
  machine: string,
  duration: DurationSlot | undefined,
): string[] {
  const starts = namesOf(start, links, 'start');
  const ends = namesOf(end, links, 'end');
  const lasting = duration === undefined ? '' : ` lasting ${TOOK}:${duration.type}`;
  return [
    `${patternOf(start, links, 'start')} -> start ${machine}${listed(starts)} ${title(start)}${joinsOf(starts)}`,
    `${patternOf(end, links, 'end', duration)} -> end ${machine}${listed(ends)}${lasting}`,
    ...others.map(({ shape, link, failed }) => {
      const names = namesOf(shape, [link], 'end');
      const error = failed ? `, error ${title(shape)}` : '';
      return `${patternOf(shape, [link], 'end')} -> end? ${machine}${listed(names)}${error}`;
    }),
  ];
}

/** What the captured duration is called. */
const TOOK = 'took';

/** Both ends call what they have in common the same: `id`, or `id1`, `id2`, …; a field has its own name. */
function namesOf(shape: TemplateShape, links: readonly Link[], side: 'start' | 'end'): string[] {
  return links.map((link, index) => {
    const slot = shape.slots[link[side]];
    if (slot?.isField) return slot.name;
    return links.length === 1 ? 'id' : `id${index + 1}`;
  });
}

function patternOf(
  shape: TemplateShape,
  links: readonly Link[],
  side: 'start' | 'end',
  duration?: DurationSlot,
): string {
  const names = namesOf(shape, links, side);
  const captures = new Map(
    links.map((link, index) => [shape.slots[link[side]]?.name ?? '', names[index] as string]),
  );
  if (duration !== undefined) captures.set(duration.name, TOOK);
  return `/${shape.sourceWith(captures)}/`;
}

const listed = (names: readonly string[]): string =>
  names.length === 0 ? '' : `(${names.join(', ')})`;

function slotText(shape: TemplateShape, index: number): string {
  const slot = shape.slots[index];
  if (slot === undefined) return '';
  const place = slot.isField ? slot.name : `what is at ${placeOf(shape, slot.name)}`;
  return `${place} (${slot.valueClass}, ${slot.cardinality} different)`;
}

/** The words before a parameter, for a comment. */
function placeOf({ template }: TemplateShape, name: string): string {
  const before = template.tokens
    .join(' ')
    .split(PARAMETER)
    .slice(0, Number(name.slice(1)));
  return JSON.stringify(`${before.join(PARAMETER)}…`);
}

/** Where the second rule could read what the first reads, it says so. */
function unambiguous(rules: string): string {
  const found = check(parse(rules, 'proposal')).filter(({ kind }) => kind === 'ambiguous');
  const lines = rules.split('\n');
  for (const { line } of found) lines[line - 1] = `else ${lines[line - 1]}`;
  return lines.join('\n');
}

/** Complete spans, and ends of which a start was seen. */
function spansOf(rules: string, entries: readonly LogEntry[]): number {
  let spans = 0;
  const machine = new RuleMachine(compile(parse(rules, 'proposal')), (action) => {
    if (action.kind === 'end' || (action.kind === 'span' && action.incomplete === undefined)) {
      spans++;
    }
  });
  for (const entry of entries) machine.push(entry);
  machine.end();
  return spans;
}
