import type { JsonObject, LogEntry } from '../log/entry.ts';
import { PARAMETER } from './mask.ts';
import { Pattern } from './pattern.ts';
import type { Template } from './templates.ts';

/** A place in which the lines of a template differ: a parameter of its text, or a field beside it. */
export interface Slot {
  /** What a rule calls it: the name of a capture, or a lens. */
  readonly name: string;
  readonly isField: boolean;
  readonly valueClass: ValueClass;
  /** Different values seen; at most MAX_VALUES are counted. */
  readonly cardinality: number;
}

export type ValueClass = 'int' | 'number' | 'uuid' | 'hex' | 'ip' | 'path' | 'word' | 'text';

const MAX_VALUES = 10_000;
/** Fields beside a text that may be a key: threads, connections, users. */
const MAX_FIELDS = 12;
/** Fields that tell when and how, and not who. */
const NOT_A_KEY =
  /^(?:level|severity|severity_text|levelname|lvl|time|timestamp|ts|@timestamp|msg|message|event|hostname|host|service|name|v|version|stack|caller|logger|file|line)$/;
const CLASSES: readonly (readonly [ValueClass, RegExp])[] = [
  ['int', /^[-+]?\d+$/],
  ['number', /^[-+]?\d+(?:[.,]\d+)*$/],
  ['uuid', /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i],
  ['ip', /^\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?$/],
  ['hex', /^(?:0x)?(?=[a-f]*\d)[\da-f]{6,}$/i],
  ['path', /^\/\S*$/],
  ['word', /^\S+$/],
];

/** A template as a pattern with a capture for each parameter, and what was seen in its places. */
export class TemplateShape {
  readonly template: Template;
  /** Of the whole message; the captures have the names of the slots. */
  readonly source: string;
  readonly #pattern: Pattern;
  readonly #parameters: readonly string[];
  readonly #fields: string[] = [];
  readonly #values: Set<string>[] = [];
  readonly #classes: (ValueClass | undefined)[] = [];

  /** `samples` are some of its lines: what all of them have around a parameter is no part of it. */
  constructor(template: Template, samples: readonly string[]) {
    this.template = template;
    const plain = new Pattern(sourceOf(template, []), '');
    const seen = samples
      .map((sample) => plain.match(sample.trim()))
      .filter((captures) => captures !== undefined);
    this.#parameters = plain.groups.map(({ name }) => name);
    this.source = sourceOf(
      template,
      this.#parameters.map((name) =>
        surroundings(seen.flatMap((captures) => captures[name] ?? [])),
      ),
    );
    this.#pattern = new Pattern(this.source, '');
  }

  get slots(): readonly Slot[] {
    return [...this.#parameters, ...this.#fields].map((name, index) => ({
      name,
      isField: index >= this.#parameters.length,
      valueClass: this.#classes[index] ?? 'text',
      cardinality: this.#values[index]?.size ?? 0,
    }));
  }

  /** The template's words, without what is around them. */
  get words(): readonly string[] {
    return this.template.tokens
      .filter((token) => !token.includes(PARAMETER))
      .map((token) => token.replaceAll(/^[^\p{L}]+|[^\p{L}\d]+$/gu, ''))
      .filter((word) => word !== '');
  }

  /** The pattern with captures of these slots alone, by new names, and its slashes as a rule needs them. */
  sourceWith(names: ReadonlyMap<string, string>): string {
    return this.source
      .replaceAll(/\(\?<(p\d+)>(\\S\+\??)\)/g, (_group, name: string, inner: string) => {
        const wanted = names.get(name);
        return wanted === undefined ? inner : `(?<${wanted}>${inner})`;
      })
      .replaceAll('/', String.raw`\/`);
  }

  /** What is in the slots; undefined for a text that the template took in when it was less general. */
  valuesOf(message: string, { log }: LogEntry): (string | undefined)[] | undefined {
    const captures = this.#pattern.match(message.trim());
    if (captures === undefined) return undefined;
    return [
      ...this.#parameters.map((name) => captures[name]),
      ...this.#fieldsOf(log).map((key) => fieldText(log, key)),
    ];
  }

  /** Takes values into account. */
  note(values: readonly (string | undefined)[]): void {
    for (const [index, value] of values.entries()) {
      if (value === undefined) continue;
      const seen = (this.#values[index] ??= new Set());
      if (seen.size < MAX_VALUES) seen.add(value);
      this.#classes[index] = commonClass(this.#classes[index], classOf(value));
    }
  }

  /** Those of the first lines: the others are not looked at. */
  #fieldsOf(log: JsonObject): string[] {
    for (const key of Object.keys(log)) {
      if (this.#fields.length >= MAX_FIELDS) break;
      const name = /^[\w-]+$/.test(key) ? `log.${key}` : `log.${JSON.stringify(key)}`;
      if (
        !NOT_A_KEY.test(key) &&
        fieldText(log, name) !== undefined &&
        !this.#fields.includes(name)
      ) {
        this.#fields.push(name);
      }
    }
    return this.#fields;
  }
}

interface Surroundings {
  readonly before: string;
  readonly after: string;
}

/** A pattern of the whole message, with captures p1, p2, … */
function sourceOf({ tokens }: Template, around: readonly Surroundings[]): string {
  let count = 0;
  const parts = tokens.map((token) =>
    token
      .split(PARAMETER)
      .map((text, index, texts) => {
        if (index === 0) return escaped(text);
        const { before = '', after = '' } = around[count++] ?? {};
        const isLast = index === texts.length - 1 && text === '' && after === '';
        return `${escaped(before)}(?<p${count}>\\S+${isLast ? '' : '?'})${escaped(after)}${escaped(text)}`;
      })
      .join(''),
  );
  return `^${parts.join(String.raw`\s+`)}$`;
}

/** A bracket, quote or mark that all values begin or end with. */
function surroundings(values: readonly string[]): Surroundings {
  const [first = ''] = values;
  const long = values.every((value) => value.length > 2);
  const before = /^[([{"'<]/.exec(first)?.[0] ?? '';
  const after = /[)\]}"'>:;,.]$/.exec(first)?.[0] ?? '';
  return {
    before: long && values.every((value) => value.startsWith(before)) ? before : '',
    after: long && values.every((value) => value.endsWith(after)) ? after : '',
  };
}

function fieldText(log: JsonObject, name: string): string | undefined {
  const key = name.slice('log.'.length);
  const value = log[key.startsWith('"') ? (JSON.parse(key) as string) : key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

const classOf = (value: string): ValueClass =>
  CLASSES.find(([, pattern]) => pattern.test(value))?.[0] ?? 'text';

function commonClass(one: ValueClass | undefined, other: ValueClass): ValueClass {
  if (one === undefined || one === other) return other;
  const both = new Set([one, other]);
  if (both.has('int') && both.has('number')) return 'number';
  if (both.has('int') && both.has('hex')) return 'hex';
  return both.has('text') ? 'text' : 'word';
}
