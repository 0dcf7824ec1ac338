import { ID_WORDS } from '../span-ids.ts';

/**
 * What a line's marks are: its shape's number, or UNREADABLE for a line that is
 * to be parsed; where it ends (without its newline); what it is to its span; the
 * number of its writer; the words of its ids; and where it begins. After these
 * comes where each of its values ends: value k begins the length of the
 * literal before it (`LinePlan.gaps`) after the end of the value before, or the
 * start of the line.
 */
export const MARK = { shape: 0, end: 1, role: 2, writer: 3, ids: 4, start: 4 + ID_WORDS } as const;
export const LINE_MARKS = MARK.start + 1;
export const UNREADABLE = -1;

/**
 * `none` is a line without two valid ids. A `start` and an `end` have all that a
 * boundary needs; what only says that it is one is `broken`.
 */
export const ROLE = { none: 0, line: 1, start: 2, end: 3, broken: 4 } as const;

/** Where value k of a line ends; of a string before its quote. For -1 where the line begins. */
export const valueEnd = (marks: Int32Array, mark: number, k: number): number =>
  marks[mark + LINE_MARKS + k] as number;

/** Where value k of a line begins; of a string after its quote. */
export const valueStart = (
  gaps: readonly number[],
  marks: Int32Array,
  mark: number,
  k: number,
): number => valueEnd(marks, mark, k - 1) + (gaps[k] as number);
