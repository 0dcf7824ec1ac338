import { TraceStore } from '../../export/trace-store.ts';
import { IncidentAnalysis } from '../../incident/analysis.ts';
import { SpanRebuilder, type RebuiltSpan } from '../../spans/rebuild.ts';
import { LabFolder } from '../lab-folder.ts';
import { openPage, type PageAddress } from '../page.ts';
import { IndexedLog } from '../page-log/indexed-log.ts';
import { readStored } from '../read-stored.ts';
import { RecentEvents } from '../recent-events.ts';
import { say } from '../say.ts';
import { StopRequest } from '../stop-request.ts';

export interface PageCommandOptions extends PageAddress {
  readonly log?: string;
}

const STORE_BATCH = 1_000;
/** As `onelog incident` has it by default. */
const WINDOW_SECONDS = 5;
const MAX_INCIDENTS = 50;

/** Serves the page over a stored firehose, until it is asked to stop. */
export async function page({ log, ...address }: PageCommandOptions): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const path = log ?? new LabFolder(process.cwd()).defaultLog;
  // A log may be from long ago: its age is no reason to forget.
  const store = new TraceStore(':memory:', { maxAgeSeconds: Number.POSITIVE_INFINITY });
  cleanup.defer(() => store.close());
  const events = new RecentEvents();
  let rebuilt: RebuiltSpan[] = [];
  const analysis = new IncidentAnalysis({ windowSeconds: WINDOW_SECONDS });
  const rebuilder = new SpanRebuilder((each) => {
    rebuilt.push(each);
    analysis.addSpan(each.span);
  });
  const keep = (): void => {
    store.add(rebuilt);
    rebuilt = [];
  };
  for await (const entries of readStored([path])) {
    for (const entry of entries) {
      rebuilder.push(entry);
      events.push(entry);
      analysis.pass(entry);
    }
    if (rebuilt.length >= STORE_BATCH) keep();
  }
  rebuilder.end();
  keep();
  for (const event of events.all()) analysis.addEvent(event);
  const reports = analysis.findSince(0, MAX_INCIDENTS).map(({ report }) => report);
  const lines = new IndexedLog(path);
  cleanup.defer(() => lines.close());
  const running = await openPage(
    {
      store,
      // Stdin has been read, and can be read but once.
      ...(path !== '-' && { log: lines }),
      events,
      incidents: { reports: () => reports },
    },
    address,
  );
  cleanup.defer(() => running.close());
  const { counts } = rebuilder;
  say(`${counts.complete + counts.incomplete} spans from ${counts.lines} lines of ${path}`);
  say(`open ${running.visitUrl} · Ctrl+C stops`);
  const stop = new StopRequest(() => {});
  cleanup.defer(() => stop.dispose());
  await stop.asked;
}
