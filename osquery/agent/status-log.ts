import { getCallSites } from 'node:util';
import { calendarTime } from './calendar-time.ts';
import { OSQUERY_VERSION } from './host-facts.ts';
import { decorated } from './result-items.ts';

/** osquery's numbers, with the words that One Log's readers know. */
const SEVERITIES = { info: 0, warn: 1, error: 2 } as const;

/** Longer messages are cut. */
const MAX_MESSAGE = 4096;

export interface StatusLogOptions {
  readonly hostIdentifier: string;
  readonly decorations: () => Readonly<Record<string, string>>;
  readonly decorationsAtTop: () => boolean;
  /** Takes an item for the server, a JSON text. */
  readonly add: (item: string) => void;
  /** Takes the same for whoever looks at this process. */
  readonly say: (line: { readonly level: string; readonly msg: string }) => void;
}

/** What the agent has to say of its own doings: to the server as osquery's status items, and here. */
export class StatusLog {
  readonly #options: StatusLogOptions;

  constructor(options: StatusLogOptions) {
    this.#options = options;
  }

  info(message: string): void {
    this.#log('info', message);
  }

  warning(message: string): void {
    this.#log('warn', message);
  }

  error(message: string): void {
    this.#log('error', message);
  }

  #log(level: keyof typeof SEVERITIES, text: string): void {
    const { hostIdentifier, decorations, decorationsAtTop, add, say } = this.#options;
    const unixTime = Math.floor(Date.now() / 1000);
    const message = text.slice(0, MAX_MESSAGE);
    // Who called info, warning or error.
    const place = getCallSites(3)[2];
    add(
      JSON.stringify({
        hostIdentifier,
        calendarTime: calendarTime(unixTime),
        unixTime,
        severity: SEVERITIES[level],
        filename: place?.scriptName.split('/').at(-1) ?? '',
        line: place?.lineNumber ?? 0,
        message,
        version: OSQUERY_VERSION,
        ...decorated(decorations(), decorationsAtTop()),
      }),
    );
    say({ level, msg: message });
  }
}
