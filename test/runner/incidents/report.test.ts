import { describe, expect, test } from 'vitest';
import { IncidentAnalysis } from '../../../incident/analysis.ts';
import type { IncidentReport } from '../../../incident/report.ts';
import { reportHtml } from '../../../runner/incidents/report-html.ts';
import { reportText } from '../../../runner/incidents/report-text.ts';
import { withLinks } from '../../../runner/incidents/trace-links.ts';
import { PAYMENT, simulatedEvent, simulatedSpans } from '../../incident/simulated-traffic.ts';
import { TROUBLES } from './simulated-log.ts';

const EVIL = '<script>alert(1)</script>\u001b[31m"&\'';

/** A report whose words come from a hostile log. */
function hostileReport(): IncidentReport {
  const analysis = new IncidentAnalysis({ windowSeconds: 5 });
  for (const span of simulatedSpans({ seed: 2, seconds: 300, perSecond: 8, troubles: TROUBLES })) {
    analysis.addSpan({ ...span, name: `${span.name} ${EVIL}` });
  }
  analysis.addEvent({ ...simulatedEvent('node.command', 200, 200, PAYMENT), summary: EVIL });
  return analysis.find().report;
}

describe('a report of a hostile log', () => {
  const report = hostileReport();

  test('has no control characters as text', () => {
    const text = reportText(report, 'none');
    expect(text).toContain('Root cause');
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test('runs nothing as HTML, and links only where the running lab is', () => {
    const html = reportHtml(withLinks(report, { page: 'http://127.0.0.1:16680/' }));
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
    expect(html).toMatch(/href="http:\/\/127\.0\.0\.1:16680\/trace\/[0-9a-f]{32}"/);
    expect(reportHtml(withLinks(report, { page: 'javascript:alert(1)' }))).not.toContain('href');
  });
});
