import { Detector } from './detect.ts';
import type { LogEntry } from './entry.ts';

/** Writers whose formats are remembered; the first is forgotten for one more. */
const MAX_INSTANCES = 1_000;

/**
 * Finds the fields in what processes wrote as text: a firehose holds such a
 * line as `{"message":TEXT}`, whatever its format. It then has the `log` that
 * it would have, were it read from the process's own file.
 */
export class FirehoseText {
  readonly #detectors = new Map<string, Detector>();

  /** The entry with its fields; as it is where there is no such text, or nothing in it. */
  read(entry: LogEntry): LogEntry {
    const { message, ...others } = entry.log;
    if (entry.source !== undefined || typeof message !== 'string') return entry;
    for (const _ in others) return entry;
    const detected = this.#detectorOf(entry.instance).detect(message);
    if (detected === undefined || detected.freeText !== undefined) return entry;
    return { ...entry, log: detected.log };
  }

  #detectorOf(instance: string): Detector {
    let detector = this.#detectors.get(instance);
    if (detector === undefined) {
      detector = new Detector();
      this.#detectors.set(instance, detector);
      const [first] = this.#detectors.size > MAX_INSTANCES ? this.#detectors.keys() : [];
      if (first !== undefined) this.#detectors.delete(first);
    }
    return detector;
  }
}
