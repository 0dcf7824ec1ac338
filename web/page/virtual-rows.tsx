import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

interface VirtualRowsProps {
  readonly count: number;
  /** Of every row, in CSS pixels. */
  readonly rowHeight: number;
  readonly row: (index: number) => JSX.Element;
  /** The row to keep in sight; -1 for none. */
  readonly active: number;
  readonly class: string;
  /** Told which rows are drawn, from the first up to and without the last. */
  readonly onRange?: (first: number, last: number) => void;
}

/** A scrolling list that draws only the rows in sight and a few around them, however many there are. */
export function VirtualRows(props: VirtualRowsProps): JSX.Element {
  const { count, rowHeight, row, active, onRange } = props;
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || active < 0) return;
    const above = active * rowHeight;
    const below = above + rowHeight - element.clientHeight;
    if (element.scrollTop > above) element.scrollTop = above;
    else if (element.scrollTop < below) element.scrollTop = below;
  }, [active, rowHeight]);

  const first = Math.max(0, Math.min(count, Math.floor(top / rowHeight)) - SPARE);
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + SPARE);
  useEffect(() => onRange?.(first, last), [first, last, onRange]);
  const shown = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
  return (
    <div
      ref={box}
      class={`virtual ${props.class}`}
      role="presentation"
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
    >
      <div role="presentation" style={{ height: `${count * rowHeight}px` }}>
        <div role="presentation" style={{ transform: `translateY(${first * rowHeight}px)` }}>
          {shown.map((index) => row(index))}
        </div>
      </div>
    </div>
  );
}

const SPARE = 8;
