/** What is wrong with a recorded history, and where: the message names what was expected. */
export class HistoryError extends Error {
  /** From 1. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = 'HistoryError';
    this.line = line;
  }
}
