import type { LogEntry } from '../log/entry.ts';
import type { TemplateShape } from './template-shape.ts';

/** One line of the sample: its template, and the values in its places. */
export interface Occurrence {
  readonly entry: LogEntry;
  readonly shape: TemplateShape;
  /** By the shape's slots. */
  readonly values: readonly (string | undefined)[];
  /** In pino's numbers; 0 where it says none. */
  readonly level: number;
}
