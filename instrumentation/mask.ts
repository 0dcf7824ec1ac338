/**
 * Secrets are masked where they enter, before any log line or span is made of
 * them: card numbers to their last four digits, everything else that belongs
 * to a card or to a log-in entirely.
 */

/** Whether `digits` has the check digit of a card number (ISO/IEC 7812-1, Luhn). */
export function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** `************1111`; a number too short to be a card's is hidden whole. */
export function maskedNumber(number: string): string {
  const digits = number.replaceAll(/\D/g, '');
  return digits.length < 12 ? HIDDEN : '*'.repeat(digits.length - 4) + digits.slice(-4);
}

/** `text` with every card number in it masked, wherever it stands. */
export function maskedText(text: string): string {
  return text.replaceAll(CARD_LIKE, (run) =>
    hasLuhnDigit(run.replaceAll(SEPARATOR, '')) ? maskedNumber(run.replaceAll(SEPARATOR, '')) : run,
  );
}

/**
 * A copy of a parsed body that may be logged. Below a key `card` the number
 * keeps its last four digits, the expiry stays and the rest is hidden; secret
 * keys are hidden at any depth, and card numbers in any text.
 */
export function maskedBody(body: unknown): unknown {
  return masked(body, '', false, 0);
}

const HIDDEN = '***';
const SEPARATOR = /%20|[ +-]/g;
/** 12 to 19 digits, perhaps in groups, that are not part of a longer run of digits. */
const CARD_LIKE = /(?<!\d)\d(?:(?:%20|[ +-])?\d){11,18}(?!\d)/g;
const SECRET = /^(?:cvc|cvv|pass|pin$|secret|token|authorization|api_?key)/i;
/** Bodies may nest thousands deep; a log line need not. */
const MAX_DEPTH = 16;

function masked(value: unknown, key: string, ofCard: boolean, depth: number): unknown {
  if (SECRET.test(key)) return HIDDEN;
  if (typeof value === 'object' && value !== null) {
    if (depth === MAX_DEPTH) return '…';
    const inCard = ofCard || /card/i.test(key);
    if (Array.isArray(value)) {
      return value.map((item: unknown) => masked(item, key, inCard, depth + 1));
    }
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        maskedText(name),
        masked(item, name, inCard, depth + 1),
      ]),
    );
  }
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  if (/number|card/i.test(key)) return maskedNumber(String(value));
  if (ofCard && !/^exp/i.test(key)) return HIDDEN;
  return maskedText(String(value)) === String(value) ? value : maskedText(String(value));
}
