import { hasLuhnDigit } from '../../instrumentation/mask.ts';

/** Why a card cannot be charged at `now` (Unix ms), or undefined where it can. Never repeats the card. */
export function faultOf(card: { number: string; expiry: string }, now: number): string | undefined {
  const digits = card.number.replaceAll(/[ -]/g, '');
  if (!/^\d{12,19}$/.test(digits)) return 'a card number has 12 to 19 digits';
  if (!hasLuhnDigit(digits)) return 'the check digit of the card number is wrong';
  const month = Number(card.expiry.slice(0, 2));
  const year = 2000 + Number(card.expiry.slice(3));
  if (!(month >= 1 && month <= 12)) return 'the expiry month must be 01 to 12';
  if (now >= Date.UTC(year, month)) return 'the card has expired';
  return undefined;
}
