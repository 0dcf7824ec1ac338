import type { JSX } from 'preact';
import type { LogState } from '../log-access.ts';
import { navigate, withParams, type Place } from './router.ts';
import type { ServiceColour } from './service-colours.ts';
import { TypedField } from './typed-field.tsx';

interface LogsFiltersProps {
  readonly place: Place;
  readonly nodes: LogState['nodes'];
  readonly colourOf: ServiceColour;
  readonly follows: boolean;
  readonly onFollow: (follows: boolean) => void;
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'];
const TYPING_MILLIS = 300;

/** What the list of lines is narrowed to, which is in the address. */
export function LogsFilters(props: LogsFiltersProps): JSX.Element {
  const { place, nodes, colourOf, follows, onFollow } = props;
  const set = (changes: Record<string, string>): void =>
    navigate(withParams(place, changes), { replace: true });
  const value = (name: string): string => place.params.get(name) ?? '';
  const chosen = value('node').split(',').filter(Boolean);
  const toggle = (node: string): void => {
    const next = chosen.includes(node) ? chosen.filter((each) => each !== node) : [...chosen, node];
    set({ node: next.join(',') });
  };
  return (
    <form class="filters logs-filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <TypedField
        type="search"
        restMillis={TYPING_MILLIS}
        label="Text"
        placeholder="words, /regexp/, log.level >= 40, log.user?"
        value={value('text')}
        onType={(text) => set({ text })}
      />
      <label>
        <span>Level</span>
        <select
          value={value('level')}
          onChange={({ currentTarget }) => set({ level: currentTarget.value })}
        >
          <option value="">all</option>
          {LEVELS.map((level) => (
            <option key={level} value={level}>
              {level} and above
            </option>
          ))}
        </select>
      </label>
      {value('trace') !== '' && (
        <button type="button" class="one-trace-only" onClick={() => set({ trace: '' })}>
          trace {value('trace').slice(0, 8)}… <span aria-label="take this filter away">×</span>
        </button>
      )}
      <button type="button" class="live" aria-pressed={follows} onClick={() => onFollow(!follows)}>
        Follow
      </button>
      <fieldset class="nodes">
        <legend>Nodes</legend>
        {nodes.map(({ node, lines }) => (
          <button
            type="button"
            key={node}
            class="node-chip"
            aria-pressed={chosen.includes(node)}
            title={`${lines.toLocaleString('en')} lines`}
            onClick={() => toggle(node)}
          >
            <i class="swatch" style={{ background: colourOf(node) }} />
            {node}
          </button>
        ))}
        {chosen.length > 0 && (
          <button type="button" class="node-chip" onClick={() => set({ node: '' })}>
            all
          </button>
        )}
      </fieldset>
    </form>
  );
}
