/** What became of a request to our own server: its answer, or the reason why there is none. */
export type Asked<T> = { readonly data: T } | { readonly error: string };

/**
 * GETs a JSON address of our own server once. Never rejects: a server that is
 * gone is a reason like any other.
 */
export async function ask<T>(address: string, signal?: AbortSignal): Promise<Asked<T>> {
  try {
    const response = await fetch(address, signal === undefined ? {} : { signal });
    const text = await response.text();
    // The shape is the contract of the server's file, which is built with this page.
    return response.ok ? { data: JSON.parse(text) as T } : { error: reasonIn(text) };
  } catch {
    return { error: 'One Log does not answer. Is it still running? Trying again …' };
  }
}

/** Our API's errors are `{"error": "…"}`; anything else is shown as it is. */
function reasonIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === 'string') return error;
  } catch {
    // not ours: a proxy's, say
  }
  return text.slice(0, 500);
}
