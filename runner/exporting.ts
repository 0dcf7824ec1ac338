import { SpanExporter, type ExporterStats } from '../export/exporter.ts';
import { otlpSender } from '../export/otlp.ts';
import { jaegerSender } from '../export/thrift.ts';
import { chooseJaeger, composeUp, thriftUrl, type JaegerTarget } from './jaeger.ts';
import { UserError } from './user-error.ts';

export interface ExportOptions {
  /** auto, compose, embedded, or an OTLP URL. */
  readonly jaeger: string;
  readonly jaegerQuery?: string;
  readonly exporter: 'otlp' | 'jaeger';
  readonly spoolFolder: string;
}

/** What is told while it happens: progress of a start, a target that went away or is back. */
export type Say = (message: string, level?: number) => void;

/** Where spans go besides the embedded store: made by `startExporting`. */
export interface Exporting {
  readonly exporter?: SpanExporter;
  /** Where traces are looked at in Jaeger, if they are sent to one. */
  readonly queryUrl?: string;
  /** Why this was chosen, in a few words. */
  readonly how: string;
  /** Sends what is left, or spools it; gives the final count. */
  close(deadlineMs: number): Promise<ExporterStats | undefined>;
}

/**
 * Chooses a Jaeger and starts to export to it. Where compose has to start one,
 * that goes on in the background while spans wait in the spool; if it fails,
 * the reason is said and the embedded store has to do.
 * Throws a UserError for wrong options.
 */
export async function startExporting(
  options: ExportOptions,
  say: Say,
  onExporter: (exporter: SpanExporter | undefined) => void,
): Promise<Exporting> {
  const choice = await chooseJaeger(options.jaeger, options.jaegerQuery);
  if (choice.kind === 'embedded') return { how: choice.how, close: async () => undefined };
  const exporter = makeExporter(options, choice.target, say);
  onExporter(exporter);
  const stopped = new AbortController();
  let given = true;
  const starting =
    choice.kind === 'jaeger'
      ? Promise.resolve()
      : composeUp(choice.target, (line) => say(`docker compose: ${line}`), stopped.signal)
          .catch((error: unknown) => String(error))
          .then(async (failure) => {
            if (failure === undefined) {
              say(`Jaeger is up: ${choice.target.queryUrl}`);
            } else if (!stopped.signal.aborted) {
              given = false;
              onExporter(undefined);
              say(
                `Jaeger could not be started by docker compose: ${failure}; the embedded store has all traces`,
                40,
              );
              await exporter.close(0);
            }
          });
  return {
    exporter,
    queryUrl: choice.target.queryUrl,
    how: choice.how,
    async close(deadlineMs) {
      stopped.abort();
      await starting;
      if (!given) return undefined;
      await exporter.close(deadlineMs);
      return exporter.stats();
    },
  };
}

function makeExporter(options: ExportOptions, target: JaegerTarget, say: Say): SpanExporter {
  try {
    const sender =
      options.exporter === 'jaeger' ? jaegerSender(thriftUrl(target)) : otlpSender(target.otlpUrl);
    return new SpanExporter(sender, {
      spoolFolder: options.spoolFolder,
      onState: (message) => say(message, 40),
    });
  } catch (error) {
    throw new UserError(`--jaeger: ${(error as Error).message}`);
  }
}
