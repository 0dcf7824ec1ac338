/** A process as another tool's file names it, in the words of a config file. */
export interface FoundNode {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly after?: readonly string[];
  /** Where it answers once it is up. */
  readonly readyPort?: number;
}

/** What a file gives, and what of it was left out, with the reason. */
export interface Found {
  readonly nodes: readonly FoundNode[];
  readonly leftOut: readonly string[];
}
