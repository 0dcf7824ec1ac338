/** An error in a rules file: where, what was expected, and what came. */
export class RulesError extends Error {
  readonly file: string;
  /** From 1, as `column`. */
  readonly line: number;
  readonly column: number;
  readonly expected: string;

  constructor(file: string, { line, column }: Place, expected: string, came: string) {
    super(`${file}:${line}:${column}: expected ${expected}, but there is ${came}`);
    this.name = 'RulesError';
    this.file = file;
    this.line = line;
    this.column = column;
    this.expected = expected;
  }
}

/** A place in a rules file; line and column from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}
