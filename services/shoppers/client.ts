/** What PetStore answered: `body` is its JSON, whatever the status. */
export interface Reply {
  readonly status: number;
  readonly body: { readonly type?: string; readonly reason?: string; readonly pets?: Pets };
}

type Pets = readonly { readonly name: string }[];

/** One request to PetStore; rejects where it does not answer. */
export type Ask = (method: string, path: string, body?: object) => Promise<Reply>;

/** Longest a shopper waits for an answer, in ms. */
const PATIENCE_MS = 10_000;

/** Asks the PetStore at `url`. */
export function petStoreClient(url: string): Ask {
  const base = url.replace(/\/$/, '');
  return async (method, path, body) => {
    const response = await fetch(base + path, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { status: response.status, body: (await response.json()) as Reply['body'] };
  };
}
