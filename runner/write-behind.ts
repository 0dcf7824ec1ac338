/**
 * Writes pieces one after the other, each while the next is made: a piece's
 * memory may be used again once the piece after it is taken.
 */
export class WriteBehind {
  readonly #write: (piece: Uint8Array) => Promise<unknown>;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(write: (piece: Uint8Array) => Promise<unknown>) {
    this.#write = write;
  }

  /** Resolves when the piece before it is written; rejects if that could not be. */
  async take(piece: Uint8Array): Promise<void> {
    await this.#writing;
    this.#writing = this.#write(piece);
    // Whoever takes the next piece, or ends, is told.
    this.#writing.catch(() => {});
  }

  /** Resolves when all is written; rejects if the last piece could not be. */
  async end(): Promise<void> {
    await this.#writing;
  }
}
