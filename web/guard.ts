/**
 * Whether a Host header names this server as seen from its own machine. Any
 * other name is a page elsewhere whose name was made to point here (DNS
 * rebinding), which the browser would otherwise let read the logs.
 */
export function isOwnHost(host: string | undefined, port: number): boolean {
  const name = host?.toLowerCase();
  return LOOPBACK_NAMES.some((own) => name === `${own}:${port}` || (port === 80 && name === own));
}

/** Whether what listens on this address can be reached from its own machine alone. */
export const isLoopback = (address: string): boolean =>
  address === '::1' || address === '127.0.0.1';

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** On every answer. The page is made of its own files alone, and no other page may read or frame it. */
export const SECURITY_HEADERS: readonly (readonly [string, string])[] = [
  [
    'Content-Security-Policy',
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ],
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
];
