import type { JSX } from 'preact';
import type { CompareRow } from './compare-rows.ts';
import { formatNanos } from './format.ts';
import type { ServiceColour } from './service-colours.ts';
import { VirtualRows } from './virtual-rows.tsx';

interface CompareTableProps {
  readonly rows: readonly CompareRow[];
  /** Callers are not above what they call. */
  readonly isFlat: boolean;
  readonly colourOf: ServiceColour;
}

const ROW_HEIGHT = 28;
const INDENT_PIXELS = 13;
const DEEPEST = 14;

/** What each call path itself took in A and in B, and the change as a bar to the left (less) or right (more). */
export function CompareTable({ rows, isFlat, colourOf }: CompareTableProps): JSX.Element {
  return (
    <section
      class="compare-table"
      role="table"
      aria-label="Own time by call path"
      aria-rowcount={rows.length + 1}
    >
      <div class="compare-row head" role="row">
        <span role="columnheader">Call path</span>
        <span role="columnheader" class="number">
          A itself
        </span>
        <span role="columnheader" class="number">
          B itself
        </span>
        <span role="columnheader" class="number">
          B − A
        </span>
        <span role="columnheader">less | more</span>
      </div>
      <VirtualRows
        class="paths"
        count={rows.length}
        rowHeight={ROW_HEIGHT}
        active={-1}
        row={(index) => {
          const row = rows[index];
          if (row === undefined) return <></>;
          return (
            <PathRow key={index} row={row} indent={isFlat ? 0 : row.depth} colourOf={colourOf} />
          );
        }}
      />
    </section>
  );
}

interface PathRowProps {
  readonly row: CompareRow;
  readonly indent: number;
  readonly colourOf: ServiceColour;
}

function PathRow({ row, indent, colourOf }: PathRowProps): JSX.Element {
  const { service, name, a, b, changeNanos, share } = row;
  return (
    <div class="compare-row" role="row">
      <span
        role="cell"
        class="label"
        style={{ paddingLeft: `${Math.min(indent, DEEPEST) * INDENT_PIXELS}px` }}
      >
        <i class="swatch" style={{ background: colourOf(service) }} />
        <span class="name" title={`${service} ${name}`}>
          <span class="dim">{service}</span> {name}
        </span>
        {a.count !== b.count && (
          <span class="mark odd wide" title={`called ${a.count} times in A, ${b.count} in B`}>
            {a.count}→{b.count}
          </span>
        )}
      </span>
      <span role="cell" class="number">
        {a.count === 0 ? '–' : formatNanos(a.selfNanos)}
      </span>
      <span role="cell" class="number">
        {b.count === 0 ? '–' : formatNanos(b.selfNanos)}
      </span>
      <span role="cell" class="number">
        {changeNanos > 0 && '+'}
        {formatNanos(changeNanos)}
      </span>
      <span role="cell" class="change" aria-hidden="true">
        <i
          class={changeNanos > 0 ? 'more' : 'less'}
          style={{ width: `${50 * Math.abs(share)}%` }}
        />
      </span>
    </div>
  );
}
