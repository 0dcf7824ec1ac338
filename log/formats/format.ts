import type { JsonObject, JsonValue } from '../entry.ts';

/** What a format finds in a line. */
export interface Reading {
  /** The line's fields: a JSON line's own object, a text line's parts by our usual names (`msg`, `level`, `time`, …). */
  readonly log: JsonObject;
  /** The line's own time as it is written, for `parseTime`. */
  readonly time?: JsonValue | undefined;
  /** Who wrote the line, where it says so in a place that is the format's own. */
  readonly service?: string | undefined;
  /** The line of another program that this one carries: it is read in turn, and this line is its envelope. */
  readonly inner?: string;
  /** A more exact name of the format, where one reader knows several. */
  readonly dialect?: string | undefined;
  /** Of several streams in one log the one that `inner` is of. */
  readonly stream?: string;
  /** Whether `inner` goes on in the next line of its stream. */
  readonly partial?: boolean;
}

/** A way in which programs write lines. A reader gives undefined for a line that is not written so; it never throws. */
export interface Format {
  readonly name: string;
  /** Reads a line that is a JSON object. */
  json?(log: JsonObject): Reading | undefined;
  /** Reads a line that is none. No carriage return, and no white space at its end. */
  text?(line: string): Reading | undefined;
}
