import type { LogEntry } from '../log/entry.ts';
import { readHeader } from '../log/formats/header.ts';
import { levelNumber, levelOf } from '../log/level.ts';
import { PARAMETER } from './mask.ts';
import { lineOf, messageOf } from './message.ts';
import { linkedPairs, type Pair } from './pairs.ts';
import type { Occurrence } from './occurrence.ts';
import { proposal } from './proposal.ts';
import { Templates, tokensOf, type Template, type TemplateOptions } from './templates.ts';
import { TemplateShape } from './template-shape.ts';
import { keyedSessions, shapesOf, type Session } from './sessions.ts';
import { speaksOf } from './wording.ts';

export interface Learned {
  /** A rules file, in the language of parse.ts; it has only rules that gave spans on the sample. */
  readonly rules: string;
  /** By how many lines they have. */
  readonly shapes: readonly TemplateShape[];
  /** Of kinds of lines that are not of a session. */
  readonly pairs: readonly Pair[];
  readonly sessions: readonly Session[];
  /** How many lines it was learned from. */
  readonly lines: number;
}

export interface LearnOptions extends TemplateOptions {
  /** What comes after so many lines is not looked at. */
  readonly maxLines?: number;
}

/** Templates that are looked at for pairs, those with most lines. */
const MAX_SHAPES = 300;
/** Lines by which a template's pattern is made. */
const SHAPE_SAMPLES = 20;

/**
 * Learns from a log what could be its spans, and writes it down as rules for
 * somebody to correct: lines that tell a duration are whole spans; two kinds of
 * line that come as often as each other, the one after the other, with a value
 * in common, are a start and an end, and that value is the key; so are the lines
 * that come first and last of all with the same value, of whatever kinds.
 */
export class Learner {
  readonly #templates: Templates;
  readonly #maxLines: number;
  readonly #sample: SampleLine[] = [];

  constructor({ maxLines = 100_000, ...options }: LearnOptions = {}) {
    this.#templates = new Templates(options);
    this.#maxLines = maxLines;
  }

  get isFull(): boolean {
    return this.#sample.length >= this.#maxLines;
  }

  push(entry: LogEntry): void {
    if (this.isFull) return;
    const message = messageOf(entry);
    // Ticks and lines without words teach nothing; neither does a stack trace.
    if (message === '' || /^\s+at /.test(message)) return;
    this.#sample.push({ entry, message, id: this.#templates.add(message).id });
  }

  /** `file` is what the log is called in the proposal. */
  learn(file: string): Learned {
    const samples = Map.groupBy(this.#sample, ({ id }) => id);
    const kinds = this.#templates.all.flatMap((template) =>
      splitKinds(template, samples.get(template.id) ?? []),
    );
    const all = kinds
      .map(({ template, lines }) => {
        const messages = lines.slice(-SHAPE_SAMPLES).map(({ message }) => message);
        return { lines, shape: new TemplateShape(template, messages) };
      })
      .sort((one, other) => other.lines.length - one.lines.length);
    const shapeOf = new Map(
      all
        .slice(0, MAX_SHAPES)
        .flatMap(({ lines, shape }) => lines.map((line) => [line, shape] as const)),
    );
    const occurrences = this.#sample.flatMap((line) => occurrence(line, shapeOf.get(line)) ?? []);
    for (const { shape, values } of occurrences) shape.note(values);
    const shapes = all.map(({ shape }) => shape);
    const sessions = keyedSessions(occurrences);
    const placed = new Set(sessions.flatMap(shapesOf));
    const pairs = linkedPairs(occurrences.filter(({ shape }) => !placed.has(shape)));
    const entries = this.#sample.map(({ entry }) => entry);
    const rules = proposal({ file, shapes, sessions, pairs, entries });
    return { rules, shapes, sessions, pairs, lines: this.#sample.length };
  }
}

interface SampleLine {
  readonly entry: LogEntry;
  readonly message: string;
  /** Of its template. */
  readonly id: number;
}

interface Kind {
  readonly template: Template;
  readonly lines: readonly SampleLine[];
}

/** More words than this in one place are a parameter, whatever they mean. */
const MAX_WORDS = 8;

/** A template that took `request <*> received` and `request <*> answered` for one is two kinds of line. */
function splitKinds(template: Template, lines: readonly SampleLine[]): Kind[] {
  const tokens = lines.map(({ message }) => tokensOf(message));
  for (const [at, token] of template.tokens.entries()) {
    if (token !== PARAMETER) continue;
    const words = new Set(tokens.map((tokens) => tokens[at] as string));
    if (words.size > MAX_WORDS) continue;
    if (!speaksOf('start', [...words]) || !speaksOf('end', [...words])) continue;
    const groups = Map.groupBy(lines, (_, index) => tokens[index]?.[at] as string);
    return [...groups].map(([word, lines]) => ({
      template: { ...template, tokens: template.tokens.with(at, word), lines: lines.length },
      lines,
    }));
  }
  return [{ template, lines }];
}

function occurrence(
  { entry, message }: SampleLine,
  shape: TemplateShape | undefined,
): Occurrence | undefined {
  const values = shape?.valuesOf(message, entry);
  if (shape === undefined || values === undefined) return undefined;
  return { entry, shape, values, level: levelOf(entry) ?? textLevel(entry) };
}

/** Of a free text in the firehose, which has its level in the text. */
const textLevel = (entry: LogEntry): number => levelNumber(readHeader(lineOf(entry))?.level) ?? 0;
