import { BadParameter } from '../export/query-params.ts';
import type { TraceStore } from '../export/trace-store.ts';
import type { IncidentProvider } from '../incident/report.ts';
import { listEvents, type SystemEventSource } from './events-api.ts';
import { incidentReport, listIncidents } from './incidents-api.ts';
import type { LogAccess } from './log-access.ts';
import { answerLogs } from './logs-api.ts';
import { answerPage } from './page-api.ts';
import { ServiceMaps } from './services-api.ts';

/** What the page shows; a running lab and a stored log have the same. */
export interface PageParts {
  readonly store: TraceStore;
  readonly log?: LogAccess;
  readonly events?: SystemEventSource;
  readonly incidents?: IncidentProvider;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The page's own API, under `/api/one-log/`. */
export class LabApi {
  readonly #parts: PageParts;
  readonly #services: ServiceMaps;

  constructor(parts: PageParts) {
    this.#parts = parts;
    this.#services = new ServiceMaps(parts.store);
  }

  /** Undefined for a path that is not of it; a bad parameter is a 400, what is not held a 404. */
  async answer(url: URL): Promise<Answer | undefined> {
    if (!url.pathname.startsWith(ROOT)) return undefined;
    try {
      const path = url.pathname.slice(ROOT.length);
      return (await this.#answer(path, url.searchParams)) ?? answerPage(this.#parts.store, url);
    } catch (error) {
      if (error instanceof BadParameter) return refused(400, error.message);
      throw error;
    }
  }

  async #answer(path: string, params: URLSearchParams): Promise<Answer | undefined> {
    const { log, events, incidents } = this.#parts;
    const [first, id, ...rest] = path.split('/');
    if (first === 'logs') {
      if (log === undefined) return refused(404, 'there is no log here to read lines from');
      const body = await answerLogs(log, path, params);
      return body === undefined ? undefined : { status: 200, body };
    }
    if (path === 'services') return { status: 200, body: await this.#services.answer(params) };
    if (path === 'events') return { status: 200, body: listEvents(events ?? NO_EVENTS, params) };
    if (path === 'incidents') return { status: 200, body: listIncidents(incidents) };
    if (first !== 'incidents' || id === undefined || rest.length > 0) return undefined;
    const report = incidentReport(incidents, decoded(id));
    if (report !== undefined) return { status: 200, body: report };
    return refused(404, 'this incident is not held: it may be too old, or one of another log');
  }
}

const ROOT = '/api/one-log/';
const NO_EVENTS: SystemEventSource = { between: () => [], dropped: 0 };

const refused = (status: number, error: string): Answer => ({ status, body: { error } });

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw new BadParameter('the address has a broken percent escape', { cause: error });
  }
}
