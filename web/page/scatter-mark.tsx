import type { JSX } from 'preact';

interface ScatterMarkProps {
  readonly x: number;
  readonly y: number;
  readonly colour: string;
  readonly failed: boolean;
  readonly active: boolean;
}

/** A dot; a cross for a trace with an error, which is told without colours too. */
export function ScatterMark({ x, y, colour, failed, active }: ScatterMarkProps): JSX.Element {
  const className = `point${failed ? ' failed' : ''}${active ? ' active' : ''}`;
  if (failed) {
    return (
      <path class={className} d={`M${x - 4} ${y - 4}l8 8m0 -8l-8 8`} style={{ stroke: colour }} />
    );
  }
  return <circle class={className} cx={x} cy={y} r={active ? 6 : 3.5} style={{ fill: colour }} />;
}
