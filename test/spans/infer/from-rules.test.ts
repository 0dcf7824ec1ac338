import { describe, expect, test } from 'vitest';
import type { BoundaryAction, RuleAction, SpanAction } from '../../../rules/action.ts';
import { SpansFromRules, type FromRulesCounts } from '../../../spans/infer/from-rules.ts';
import type { Span } from '../../../spans/span.ts';
import { ScriptedLog } from '../scripted-log.ts';

const T = 1_795_363_200;

/** Rules' actions as a machine would emit them; each line is one of a log. */
class ScriptedRules {
  readonly #log = new ScriptedLog();
  readonly #actions: { seconds: number; action: RuleAction }[] = [];
  #ids = 0;

  span(
    service: string,
    name: string,
    fromMs: number,
    toMs: number,
    more: Partial<SpanAction> = {},
  ): number {
    const id = this.#ids++;
    this.#add(toMs, {
      ...this.#facts(service, name, fromMs),
      kind: 'span',
      id,
      key: '',
      startSeconds: T + fromMs / 1000,
      endSeconds: T + toMs / 1000,
      droppedLines: 0,
      ...more,
    });
    return id;
  }

  boundary(
    kind: 'start' | 'end',
    service: string,
    name: string,
    ms: number,
    more: Partial<BoundaryAction> = {},
  ): void {
    this.#add(ms, {
      ...this.#facts(service, name, ms),
      kind,
      pair: 'work',
      match: '',
      seconds: T + ms / 1000,
      optional: false,
      ...more,
    });
  }

  spans(limits = {}): { spans: Span[]; counts: FromRulesCounts } {
    const spans: Span[] = [];
    const made = new SpansFromRules(({ span }) => spans.push(span), limits);
    for (const { action } of this.#actions.toSorted((a, b) => a.seconds - b.seconds))
      made.push(action);
    made.end();
    return { spans, counts: made.counts };
  }

  #add(seconds: number, action: RuleAction): void {
    this.#actions.push({ seconds, action });
  }

  #facts(service: string, name: string, ms: number) {
    return {
      machine: '',
      service,
      name,
      spanKind: 'server' as const,
      status: { code: 'unset' as const },
      attributes: {},
      events: [],
      joins: [],
      entries: [this.#log.line(T + ms / 1000, service, { message: name })],
    };
  }
}

const join = (value: string) => ({ joins: [{ name: 'request', value }] });
const tree = (spans: readonly Span[]): Record<string, string | undefined> => {
  const byId = new Map(spans.map((span) => [span.spanId, span.name]));
  return Object.fromEntries(
    spans.map(({ name, parentSpanId }) => [name, byId.get(parentSpanId ?? '')]),
  );
};

describe('spans from rules', () => {
  test('of one request id are one trace, across services', () => {
    const rules = new ScriptedRules();
    rules.span('shop', 'checkout', 0, 100, join('1'));
    rules.span('bank', 'payment', 20, 60, join('1'));
    rules.span('bank', 'other payment', 30, 50, join('2'));
    const { spans, counts } = rules.spans();
    expect(tree(spans)).toEqual({
      checkout: undefined,
      payment: 'checkout',
      'other payment': undefined,
    });
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(2);
    expect(counts).toEqual({ spans: 3, incomplete: 0, inferred: 1, lonelyEnds: 0 });
    expect(spans.find(({ name }) => name === 'payment')?.warnings).toEqual([
      {
        kind: 'inferred-parent',
        message: 'the parent, shop checkout, was inferred from time, order and shared values',
        confidence: expect.closeTo(1, 1),
      },
    ]);
  });

  test('keep the ids and parents that rules captured', () => {
    const rules = new ScriptedRules();
    const ids = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
    rules.span('shop', 'in', 0, 100, ids);
    rules.span('bank', 'late', 200, 300, { traceId: ids.traceId, parentSpanId: ids.spanId });
    rules.span('shop', 'elsewhere', 0, 90, { traceId: 'other' });
    const { spans } = rules.spans();
    expect(spans.find(({ name }) => name === 'in')).toMatchObject(ids);
    expect(spans.find(({ name }) => name === 'late')).toMatchObject({
      traceId: ids.traceId,
      parentSpanId: ids.spanId,
      warnings: [],
    });
    expect(spans.find(({ name }) => name === 'elsewhere')?.attributes).toEqual({
      'one_log.original_trace_id': 'other',
    });
  });

  test('of one key hang on the one that was open', () => {
    const rules = new ScriptedRules();
    const outer = rules.span('shop', 'outer', 0, 100);
    rules.span('shop', 'inner', 150, 160, { parentId: outer });
    expect(tree(rules.spans().spans)).toEqual({ outer: undefined, inner: 'outer' });
  });

  test('are made of starts and the ends that most likely belong to them', () => {
    const rules = new ScriptedRules();
    rules.boundary('start', 'shop', 'a', 0, { match: 'ann', attributes: { user: 'ann' } });
    rules.boundary('start', 'shop', 'b', 1, { match: 'bob' });
    rules.boundary('end', 'shop', '', 10, {
      match: 'bob',
      status: { code: 'error', message: 'no' },
    });
    rules.boundary('end', 'shop', 'renamed', 20, { match: 'ann', attributes: { pets: 2 } });
    const { spans } = rules.spans();
    expect(spans.find(({ name }) => name === 'renamed')).toMatchObject({
      startTimeUnixNano: '1795363200000000000',
      endTimeUnixNano: '1795363200020000000',
      attributes: { user: 'ann', pets: 2 },
      lines: [{ seq: 0 }, { seq: 3 }],
    });
    expect(spans.find(({ name }) => name === 'b')?.status).toEqual({ code: 2, message: 'no' });
  });

  test('without an end, or without a start, say so', () => {
    const rules = new ScriptedRules();
    rules.boundary('end', 'shop', 'unseen', 5, { durationSeconds: 0.003 });
    rules.boundary('end', 'shop', '', 6);
    rules.boundary('end', 'shop', 'maybe', 7, { optional: true });
    rules.boundary('start', 'shop', 'unfinished', 10, { match: 'x' });
    const { spans, counts } = rules.spans();
    expect(spans.find(({ name }) => name === 'unseen')).toMatchObject({
      startTimeUnixNano: '1795363200002000000',
      warnings: [{ kind: 'missing-start' }],
    });
    expect(spans.find(({ name }) => name === 'unfinished')).toMatchObject({
      status: { code: 2 },
      attributes: { 'one_log.incomplete': true },
      warnings: [{ kind: 'missing-end' }],
    });
    expect(counts).toEqual({ spans: 2, incomplete: 2, inferred: 0, lonelyEnds: 1 });
  });

  test('are the same spans, each once, however few are held', () => {
    const scripted = (): ScriptedRules => {
      const rules = new ScriptedRules();
      for (let request = 0; request < 60; request++) {
        const at = request * 50;
        rules.span('shop', `checkout ${request}`, at, at + 40, join(`${request}`));
        rules.boundary('start', 'bank', `payment ${request}`, at + 10, {
          match: `${request}`,
          ...join(`${request}`),
        });
        rules.boundary('end', 'bank', '', at + 20, { match: `${request}` });
      }
      return rules;
    };
    const few = scripted().spans({ maxHeld: 30 }).spans;
    const all = scripted().spans().spans;
    expect(few).toHaveLength(120);
    expect(tree(few)).toEqual(tree(all));
    expect(new Set(few.map(({ spanId }) => spanId))).toEqual(
      new Set(all.map(({ spanId }) => spanId)),
    );
  });
});
