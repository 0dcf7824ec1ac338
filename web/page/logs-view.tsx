import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LogState } from '../log-access.ts';
import type { LogLine } from '../logs-api.ts';
import type { Names } from '../page-api.ts';
import { useKeys } from './keys.ts';
import { useLineAt } from './line-at.ts';
import { LogLinePane } from './log-line-pane.tsx';
import { LogList } from './log-list.tsx';
import { LogRow, traceHref } from './log-row.tsx';
import { LogsFilters } from './logs-filters.tsx';
import { usePolled } from './polled.ts';
import { navigate, withParams, type Place } from './router.ts';
import { serviceColours } from './service-colours.ts';
import { useLogRows } from './use-log-rows.ts';

const FILTERS = ['node', 'level', 'text', 'trace'];
const PAGE_ROWS = 20;
const REFRESH_MILLIS = 5_000;

/**
 * The firehose, narrowed by the address's parameters. `?instance=…&seq=…` names
 * a line, which is brought into sight and opened; `?at=` a time in Unix seconds.
 */
export function LogsView({ place }: { readonly place: Place }): JSX.Element {
  const query = chosenParams(place, FILTERS);
  const named = chosenParams(place, ['instance', 'seq']);
  const jump = named === '' ? chosenParams(place, ['at']) : named;
  const rows = useLogRows(query, jump);
  const placed = useLineAt(jump);
  const [active, setActive] = useState<number>();
  const [follows, setFollows] = useState(jump === '');
  const { nodes = [] } = usePolled<LogState>('/api/one-log/logs/state', REFRESH_MILLIS).data ?? {};
  const { services = [] } =
    usePolled<Names>('/api/one-log/names?service=', REFRESH_MILLIS).data ?? {};
  const colourOf = useMemo(() => coloursOf(services, nodes), [services, nodes]);
  useEffect(() => {
    document.title = 'Logs – One Log';
  }, []);
  // Another place named: it is where the keys go on from.
  useEffect(() => {
    if (typeof placed !== 'number') return;
    setActive(placed);
    setFollows(false);
  }, [placed]);

  const follow = (on: boolean): void => {
    setFollows(on);
    if (on) rows?.toEnd();
  };
  const choose = ({ line, instance = '', seq }: LogLine): void => {
    setActive(line);
    setFollows(false);
    const changes = { instance, seq: instance === '' ? '' : `${seq}`, at: '' };
    navigate(withParams(place, changes), { replace: true });
  };
  const latestChoose = useRef(choose);
  latestChoose.current = choose;
  const onChoose = useCallback((line: LogLine) => latestChoose.current(line), []);
  const close = (): void =>
    navigate(withParams(place, { instance: '', seq: '' }), { replace: true });
  const activeRow = rows === undefined || active === undefined ? -1 : rows.rowOf(active);
  const move = (to: number): void => {
    const line = rows?.lineOf(Math.min(rows.count - 1, Math.max(0, to)));
    if (line === undefined) return;
    setFollows(false);
    setActive(line);
  };
  const current = active === undefined ? undefined : rows?.at(activeRow);
  const from = activeRow < 0 ? (rows?.count ?? 0) : activeRow;
  useKeys({
    ArrowDown: () => move(from + 1),
    ArrowUp: () => move(from - 1),
    j: () => move(from + 1),
    k: () => move(from - 1),
    PageDown: () => move(from + PAGE_ROWS),
    PageUp: () => move(from - PAGE_ROWS),
    Home: () => move(0),
    End: () => follow(true),
    f: () => follow(!follows),
    Enter: current && (() => choose(current)),
    o: current?.traceId === undefined ? undefined : () => navigate(traceHref(current)),
    Escape: named === '' ? undefined : close,
  });

  const isOpen = named !== '' && typeof placed === 'number';
  return (
    <section class={isOpen ? 'logs opened' : 'logs'} aria-label="Logs">
      <LogsFilters
        place={place}
        nodes={nodes}
        colourOf={colourOf}
        follows={follows}
        onFollow={follow}
      />
      <p class="count" aria-live="polite">
        {rows?.remark ?? 'Looking …'}
        {rows?.isSearching && ' · looking …'}
        {rows?.further && (
          <>
            {' '}
            <button type="button" class="link" onClick={rows.further}>
              look further
            </button>
          </>
        )}
      </p>
      {rows?.error !== undefined && (
        <p class="notice bad" role="alert">
          {rows.error}
        </p>
      )}
      {placed === null && (
        <p class="notice odd" role="alert">
          The line asked for is not in this log: it may have been removed with its segment, or be of
          another one.
        </p>
      )}
      {rows !== undefined && (
        <div class="log-columns">
          <LogList
            rows={rows}
            follows={follows}
            onFollow={setFollows}
            goal={active}
            label="Log lines"
          >
            {(line, row) =>
              line === undefined ? (
                <div key={row} class="log-row coming" role="listitem" aria-busy="true" />
              ) : (
                <LogRow
                  key={row}
                  line={line}
                  colour={colourOf(line.node ?? '')}
                  active={line.line === active}
                  chosen={isOpen && line.line === placed}
                  onChoose={onChoose}
                />
              )
            }
          </LogList>
          {isOpen && <LogLinePane line={placed} onClose={close} />}
        </div>
      )}
    </section>
  );
}

/** The query of some of the parameters, those that are not empty. */
function chosenParams({ params }: Place, names: readonly string[]): string {
  const chosen = names.flatMap((name) => {
    const value = params.get(name) ?? '';
    return value === '' ? [] : [[name, value]];
  });
  return new URLSearchParams(chosen).toString();
}

/** Services have the colours of the other views; what else speaks has those after them. */
function coloursOf(
  services: readonly string[],
  nodes: LogState['nodes'],
): ReturnType<typeof serviceColours> {
  const others = nodes.map(({ node }) => node).filter((node) => !services.includes(node));
  return serviceColours([...services, ...others.sort()]);
}
