/** Where the Logs view shows a line among its neighbours, by the line's key; undefined for a line of a raw file. */
export function logsHref(key: string): string | undefined {
  const [, instance, seq] = /^(.+)#(\d+)$/s.exec(key) ?? [];
  if (instance === undefined || seq === undefined) return undefined;
  return `/logs?${new URLSearchParams({ instance, seq })}`;
}
