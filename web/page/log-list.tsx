import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../logs-api.ts';
import type { LogRows } from './log-rows.ts';

interface LogListProps {
  readonly rows: LogRows;
  /** Whether the end of the list stays in sight while it grows. */
  readonly follows: boolean;
  readonly onFollow: (follows: boolean) => void;
  /** The line to bring into sight, once for each new one. */
  readonly goal: number | undefined;
  readonly label: string;
  readonly children: (line: LogLine | undefined, row: number) => JSX.Element;
}

const ROW_HEIGHT = 24;
const SPARE_ROWS = 6;
/** Browsers draw nothing beyond about 17 million pixels: a longer list is scrolled on a smaller scale. */
const MAX_HEIGHT = 12_000_000;

/**
 * A list that draws only the rows in sight, of a million and more. Beyond
 * `MAX_HEIGHT` the scroll bar goes in larger steps, and the wheel as far as ever.
 */
export function LogList(props: LogListProps): JSX.Element {
  const { rows, follows, onFollow, goal, label, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(600);
  const [top, setTop] = useState(0);
  const at = useRef({ shift: rows.shift, rows, goal: undefined as number | undefined, set: 0 });

  const full = rows.count * ROW_HEIGHT;
  const drawn = Math.min(full, MAX_HEIGHT);
  const scale = full > MAX_HEIGHT ? (full - height) / (drawn - height) : 1;
  const end = Math.max(0, full - height);

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  /** Scrolls to a place in the full list. */
  const goTo = (place: number): void => {
    const bounded = Math.min(end, Math.max(0, place));
    const element = box.current;
    if (element === null) return;
    element.scrollTop = bounded / scale;
    at.current.set = element.scrollTop;
    setTop(bounded);
  };

  useLayoutEffect(() => {
    const last = at.current;
    const moved = last.rows === rows ? rows.shift - last.shift : 0;
    last.rows = rows;
    last.shift = rows.shift;
    if (goal === undefined) last.goal = undefined;
    if (goal !== undefined && goal !== last.goal && rows.count > 0) {
      last.goal = goal;
      const place = rows.rowOf(goal) * ROW_HEIGHT;
      const isInSight = place >= top && place + ROW_HEIGHT <= top + height;
      if (!isInSight) goTo(place - height / 2);
    } else if (follows) goTo(end);
    else if (moved !== 0) goTo(top + moved * ROW_HEIGHT);
  });

  const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - SPARE_ROWS);
  const last = Math.min(rows.count, Math.ceil((top + height) / ROW_HEIGHT) + SPARE_ROWS);
  useEffect(() => rows.want(first, last), [rows, first, last, rows.count]);

  const scroll = (element: HTMLElement): void => {
    // Our own scrolling comes back as an event, rounded.
    if (Math.abs(element.scrollTop - at.current.set) < 1) return;
    at.current.set = element.scrollTop;
    const place = Math.min(end, element.scrollTop * scale);
    setTop(place);
    onFollow(place >= end - 1);
  };
  const wheel = (event: WheelEvent): void => {
    if (scale === 1 || event.ctrlKey) return;
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? ROW_HEIGHT : 1;
    const place = top + event.deltaY * unit;
    goTo(place);
    onFollow(place >= end - 1);
  };

  const shown = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
  const offset = first * ROW_HEIGHT - top + top / scale;
  return (
    <div
      ref={box}
      class="log-list"
      role="log"
      aria-live="off"
      aria-label={label}
      tabIndex={0}
      onScroll={({ currentTarget }) => scroll(currentTarget)}
      onWheel={wheel}
    >
      <div role="presentation" style={{ height: `${drawn}px` }}>
        <div role="list" style={{ transform: `translateY(${offset}px)` }}>
          {shown.map((row) => children(rows.at(row), row))}
        </div>
      </div>
    </div>
  );
}
