/** Control characters but tab, those that turn the direction of text, and halves of surrogate pairs. */
const UNSAFE =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;
const ANY_UNSAFE = new RegExp(UNSAFE.source, 'u');

/**
 * Text that cannot colour, move, retitle or reorder a terminal: what could is
 * shown as an escape, `\n`, `\x1b` or `\u009b`. Clean text is returned as it
 * is. Of JSON text, JSON text with the same value comes out.
 */
export function terminalText(text: string): string {
  return ANY_UNSAFE.test(text) ? text.replace(UNSAFE, shown) : text;
}

const NAMES: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\r': String.raw`\r` };

function shown(character: string): string {
  const code = character.charCodeAt(0);
  return (
    NAMES[character] ??
    (code < 0x20
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`)
  );
}
