import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What a request may have, by the token that it brought: all, a cookie to come again with, or nothing. */
export type Admission = 'in' | 'first visit' | 'out';

/**
 * Lets in whoever knows the token: by `?token=` on the first visit, by the
 * cookie that it is given then, or by `Authorization: Bearer`. A page elsewhere
 * has none of them: the cookie is for this host's name and this site's own
 * requests alone, which is also what holds off DNS rebinding.
 */
export class TokenGuard {
  readonly #digest: Buffer;
  readonly #cookieName: string;
  readonly #token: string;

  /** Cookies are shared by all ports of a host: this one is named by `port`. */
  constructor(token: string, port: number) {
    this.#token = token;
    this.#digest = digest(token);
    this.#cookieName = `one_log_${port}`;
  }

  admit({ headers }: IncomingMessage, { searchParams }: URL): Admission {
    const asked = searchParams.get('token');
    if (asked !== null) return this.#isToken(asked) ? 'first visit' : 'out';
    const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
    if (bearer !== undefined) return this.#isToken(bearer) ? 'in' : 'out';
    const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    const own = cookies.find((cookie) => cookie.startsWith(`${this.#cookieName}=`));
    const value = own?.slice(this.#cookieName.length + 1);
    return value !== undefined && this.#isToken(decoded(value)) ? 'in' : 'out';
  }

  /** `Set-Cookie` for a first visit. */
  get cookie(): string {
    const value = encodeURIComponent(this.#token);
    return `${this.#cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** In a time that tells nothing of how much of it is right. */
  #isToken(text: string): boolean {
    return timingSafeEqual(digest(text), this.#digest);
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return ''; // no cookie of ours
  }
}
