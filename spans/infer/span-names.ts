import type { IdSpan } from './id-span.ts';

/** What stands for a value in a template. */
const WORD = /[a-z]{2}/i;

/**
 * Names for spans that do not say theirs: the HTTP operation where there is one;
 * else, of what its lines say, what most spans of the service say (the last of
 * those, since the end of a thing tells its outcome); else the service.
 * Operations, by which spans are alike, are `service` and name.
 */
export function spanNames(spans: readonly IdSpan[]): ReadonlyMap<IdSpan, string> {
  const counts = new Map<string, number>();
  for (const { service, templates } of spans) {
    for (const template of templates) {
      const key = `${service}\0${template}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const nameOf = ({ service, templates, httpOperation }: IdSpan): string => {
    if (httpOperation !== undefined) return httpOperation;
    let name = service;
    let most = 0;
    for (const template of templates) {
      const count = counts.get(`${service}\0${template}`) ?? 0;
      if (count < most || !WORD.test(template)) continue;
      most = count;
      name = template;
    }
    return name;
  };
  return new Map(spans.map((span) => [span, nameOf(span)]));
}
