import type { JSX } from 'preact';
import type { Names } from '../page-api.ts';
import { navigate, withParams, type Place } from './router.ts';
import { TimeFilter } from './time-filter.tsx';
import { TypedField } from './typed-field.tsx';

interface FindFiltersProps {
  readonly place: Place;
  readonly names: Names | undefined;
  readonly paused: boolean;
  readonly onPause: (paused: boolean) => void;
}

/** The filters, which live in the address, and the switch that stops the list. */
export function FindFilters({ place, names, paused, onPause }: FindFiltersProps): JSX.Element {
  const set = (changes: Record<string, string>): void =>
    navigate(withParams(place, changes), { replace: true });
  const value = (name: string): string => place.params.get(name) ?? '';
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <Choice
        label="Service"
        value={value('service')}
        options={names?.services ?? []}
        onChoose={(service) => set({ service, operation: '' })}
      />
      <Choice
        label="Operation"
        value={value('operation')}
        options={names?.operations ?? []}
        onChoose={(operation) => set({ operation })}
        empty={value('service') === '' ? 'choose a service' : 'all'}
      />
      <TypedField
        label="Text"
        type="search"
        placeholder="in its log lines and spans …"
        value={value('text')}
        onType={(text) => set({ text })}
      />
      <TypedField
        label="At least, ms"
        type="number"
        placeholder="0"
        value={value('minDuration')}
        onType={(minDuration) => set({ minDuration })}
      />
      <TypedField
        label="At most, ms"
        type="number"
        placeholder="any"
        value={value('maxDuration')}
        onType={(maxDuration) => set({ maxDuration })}
      />
      <TimeFilter place={place} onChange={set} />
      <label class="check">
        <input
          type="checkbox"
          checked={value('errors') === 'true'}
          onChange={({ currentTarget }) => set({ errors: currentTarget.checked ? 'true' : '' })}
        />
        Errors only
      </label>
      <button type="button" class="live" aria-pressed={!paused} onClick={() => onPause(!paused)}>
        {paused ? 'Paused' : 'Live'}
      </button>
    </form>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly onChoose: (value: string) => void;
  readonly empty?: string;
}

function Choice({ label, value, options, onChoose, empty = 'all' }: ChoiceProps): JSX.Element {
  // What the address asks for is shown even while no span has it.
  const shown = value === '' || options.includes(value) ? options : [value, ...options];
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        <option value="">{empty}</option>
        {shown.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}
