/** What a line adds to the entry before it. */
export type Continuation = 'joined' | 'traceback' | undefined;

/**
 * Whether a line of free text goes on with the entry before it, by the shapes
 * that stack traces and dumped objects have: indented, `at …`, `Caused by: …`,
 * a bracket that closes; `traceback` for the head of Python's, whose last line
 * has no shape of its own and is told by `inTraceback`.
 *
 * @param formatted whether the entry before is in a format, so that a line that is only an exception's name belongs to it
 */
export function continuation(
  text: string,
  { inTraceback, formatted }: { inTraceback: boolean; formatted: boolean },
): Continuation {
  if (TRACEBACK.test(text)) return 'traceback';
  if (INDENTED.test(text)) return inTraceback ? 'traceback' : 'joined';
  if (inTraceback || SHAPES.test(text) || (formatted && EXCEPTION.test(text))) return 'joined';
  return undefined;
}

const TRACEBACK =
  /^(?:Traceback \(most recent call last\):|(?:During handling of|The) above exception (?:was|.*exception occurred))/;
const INDENTED = /^\s/;
const SHAPES =
  /^(?:at \S|Caused by: |Suppressed: |\.\.\. \d+ (?:more|common frames omitted)|goroutine \d+ \[|created by |[\])}]+[,;]?$)/;
const EXCEPTION =
  /^(?:Exception in thread "|(?:[A-Za-z_$][\w$]*[.:]{1,2})*[\w$]*(?:Exception|Error|Throwable)(?:: |$))/;
