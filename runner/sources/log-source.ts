/** Something besides our own processes whose lines are merged into the firehose. */
export interface LogSource {
  /** Stops reading until `resume`, so that nothing piles up here. */
  pause(): void;
  resume(): void;
  /** Reads what is already there to its end and lets go of everything. */
  close(): Promise<void>;
}
