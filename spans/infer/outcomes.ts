/** What is taken to be seen before anything is: nothing is impossible. */
const PRIOR = 0.5;

/** How the failures of callers and of what they call go together. */
export class Outcomes {
  /** By whether the caller failed, then by whether the call did. */
  readonly #weights = [
    [PRIOR, PRIOR],
    [PRIOR, PRIOR],
  ];

  add(callerFailed: boolean, callFailed: boolean, weight: number): void {
    const row = this.#weights[Number(callerFailed)] ?? [];
    row[Number(callFailed)] = this.#weight(callerFailed, callFailed) + weight;
  }

  /** How much likelier the call's outcome is with the caller's than with any, as a logarithm. */
  log(callerFailed: boolean, callFailed: boolean): number {
    const both = this.#weight(callerFailed, callFailed);
    const ofCaller = both + this.#weight(callerFailed, !callFailed);
    const ofCall = both + this.#weight(!callerFailed, callFailed);
    const all = ofCaller + ofCall - both + this.#weight(!callerFailed, !callFailed);
    return Math.log((both / ofCaller) * (all / ofCall));
  }

  #weight(callerFailed: boolean, callFailed: boolean): number {
    return this.#weights[Number(callerFailed)]?.[Number(callFailed)] ?? 0;
  }
}
