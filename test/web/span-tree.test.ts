import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spanTree, visibleRows } from '../../web/page/span-tree.ts';
import { rebuilt, spanId } from '../export/rebuilt.ts';
import { check } from '../property.ts';

const of = (...sketches: Omit<Parameters<typeof rebuilt>[0], 'trace'>[]) =>
  sketches.map((sketch) => rebuilt({ trace: 1, ...sketch }).span);
const drawn = (spans: ReturnType<typeof of>) =>
  spanTree(spans).rows.map(({ depth, span }) => `${' '.repeat(depth)}${span.name}`);

describe('the rows of a waterfall', () => {
  // op 1 ──────────
  //   op 3 ──
  //   op 2   ──────
  //     op 4  ─
  test('put parents before children and siblings by start', () => {
    const spans = of(
      { span: 4, parent: 2, at: 5, long: 1 },
      { span: 2, parent: 1, at: 4, long: 6 },
      { span: 1, at: 0, long: 10 },
      { span: 3, parent: 1, at: 1, long: 2 },
    );
    expect(drawn(spans)).toEqual(['op 1', ' op 3', ' op 2', '  op 4']);
    const { rows, durationNanos } = spanTree(spans);
    expect(rows.map(({ descendants }) => descendants)).toEqual([3, 0, 1, 0]);
    expect(rows.map(({ startNanos }) => startNanos)).toEqual([0, 1e6, 4e6, 5e6]);
    expect(durationNanos).toBe(10e6);
    expect(rows.flatMap(({ remarks }) => remarks)).toEqual([]);
    const folded = visibleRows(rows, new Set([spanId(2)]));
    expect(folded.map(({ span }) => span.name)).toEqual(['op 1', 'op 3', 'op 2']);
    expect(visibleRows(rows, new Set([spanId(1)]))).toHaveLength(1);
  });

  test('show an orphan as a root, and say whom it misses', () => {
    const { rows } = spanTree(of({ span: 1 }, { span: 2, parent: 9, at: 1 }));
    expect(rows.map(({ depth }) => depth)).toEqual([0, 0]);
    expect(rows[1]?.remarks).toEqual([`its parent ${spanId(9)} is not among these spans`]);
  });

  test('cut a circle of parents at its earliest span', () => {
    const spans = of(
      { span: 1, parent: 3, at: 2 },
      { span: 2, parent: 1, at: 1 },
      { span: 3, parent: 2, at: 3 },
      { span: 4, parent: 4, at: 9 },
    );
    expect(drawn(spans)).toEqual(['op 4', 'op 2', ' op 3', '  op 1']);
    const remarks = spanTree(spans).rows.map((row) => row.remarks[0]);
    expect(remarks.slice(0, 2)).toEqual([
      'it names itself as its parent',
      'its parents form a circle; it is shown as a root',
    ]);
  });

  test('remark on a span that ends before it starts, or starts before its parent', () => {
    const { rows, durationNanos } = spanTree(
      of({ span: 1, at: 5, long: -2 }, { span: 2, parent: 1, at: 0, long: 1 }),
    );
    expect(rows.map(({ remarks }) => remarks)).toEqual([
      ['it ends before it starts; drawn as a moment'],
      ['it starts before its parent: their clocks may differ'],
    ]);
    expect(durationNanos).toBe(5e6);
  });

  test('say what kind of doubt there is about a span, and how sure its repair is', () => {
    const warned = (kind: string, confidence?: number) => [
      {
        kind,
        message: 'm',
        ...(confidence === undefined ? {} : { confidence, before: 'x', after: 'y' }),
      },
    ];
    const { rows } = spanTree(
      of(
        { span: 1, at: 1, warnings: warned('missing-end') },
        { span: 2, at: 2, warnings: warned('inferred-parent', 0.724) },
        { span: 3, at: 3, warnings: warned('lines-dropped') },
        { span: 4, at: 4 },
      ),
    );
    expect(rows.map(({ doubt }) => doubt)).toEqual(['incomplete', 'inferred', 'odd', undefined]);
    expect(rows.map(({ remarks }) => remarks[0])).toEqual([
      'm',
      'm (72 % sure); before: x; after: y',
      'm',
      undefined,
    ]);
  });

  test('remark on a child that starts after its parent has ended, and on two roots', () => {
    const tree = spanTree(
      of({ span: 1, long: 2 }, { span: 2, parent: 1, at: 5 }, { span: 3, at: 9 }),
    );
    expect(tree.rows[1]?.remarks).toEqual(['it starts after its parent has ended']);
    expect(tree.remarks).toHaveLength(2);
  });

  test('are none for no spans', () => {
    expect(spanTree([])).toMatchObject({ rows: [], startTimeUnixNano: '0', durationNanos: 0 });
  });

  test('hold a chain of 20,000 spans', () => {
    const links = Array.from({ length: 19_999 }, (_, at) => ({ span: at + 1, parent: at, at }));
    const { rows } = spanTree(of({ span: 0 }, ...links));
    expect([rows.at(-1)?.depth, rows[0]?.descendants]).toEqual([19_999, 19_999]);
  });

  test('hold every span once, whatever their parents are', () => {
    const parents = fc.array(fc.option(fc.nat(12), { nil: undefined }), { maxLength: 12 });
    check(
      fc.property(parents, (chosen) => {
        const spans = of(
          ...chosen.map((parent, span) => ({
            span,
            at: span,
            ...(parent === undefined ? {} : { parent }),
          })),
        );
        const { rows } = spanTree(spans);
        expect(rows.map(({ span }) => span.spanId).sort()).toEqual(
          spans.map((span) => span.spanId).sort(),
        );
        for (const [at, { depth, descendants }] of rows.entries()) {
          const below = rows.slice(at + 1, at + 1 + descendants);
          expect(below.every((row) => row.depth > depth)).toBe(true);
          expect(rows[at + 1 + descendants]?.depth ?? 0).toBeLessThanOrEqual(depth);
        }
      }),
    );
  });
});
