/** A rules file as it is written: what `parse` makes and everything else reads. */
import type { SpanKindName } from './action.ts';
import type { Place } from './rules-error.ts';

export interface RulesSyntax {
  readonly file: string;
  readonly machines: readonly MachineSyntax[];
}

/** One transducer per key. */
export interface MachineSyntax {
  readonly place: Place;
  /** `''` of the machine before the first `machine` line. */
  readonly name: string;
  readonly only: readonly Condition[];
  /** Within what a key is one key: a process, a service, or the whole log. */
  readonly scope: 'instance' | 'node' | 'all';
  /** Of these, the first that a line has; none for one machine a scope. */
  readonly key: readonly (readonly KeyPart[])[];
  readonly service?: Expression;
  /** In the order they are named; the first is the one to begin with. */
  readonly states: readonly StateSyntax[];
  readonly rules: readonly RuleSyntax[];
}

export interface StateSyntax {
  readonly place: Place;
  readonly name: string;
}

export type KeyPart = NameReference | LensReference | RegExpCondition;

export interface RuleSyntax {
  readonly place: Place;
  /** The states it belongs to; none stands for all. */
  readonly states: readonly string[];
  readonly when: When;
  readonly actions: readonly Action[];
  /** Its two sides as they are written, in one line each. */
  readonly text: { readonly when: string; readonly actions: string };
}

export type When =
  | {
      readonly kind: 'line';
      readonly otherwise: boolean;
      readonly conditions: readonly Condition[];
    }
  | { readonly kind: 'after'; readonly seconds: number }
  | { readonly kind: 'finally' };

export type Condition = RegExpCondition | TextCondition | CompareCondition | ExistsCondition;

export interface RegExpCondition {
  readonly kind: 'regexp';
  readonly place: Place;
  readonly subject: Reference;
  readonly source: string;
  readonly flags: string;
}

/** The message has this text in it. */
interface TextCondition {
  readonly kind: 'text';
  readonly place: Place;
  readonly text: string;
}

export interface CompareCondition {
  readonly kind: 'compare';
  readonly place: Place;
  readonly subject: Reference;
  readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=';
  readonly operand: string | number | boolean;
}

interface ExistsCondition {
  readonly kind: 'exists';
  readonly place: Place;
  readonly subject: Reference;
}

export type Reference = NameReference | LensReference;

/** A capture, a counter, or one of `message`, `line` and `key`. */
export interface NameReference {
  readonly kind: 'name';
  readonly place: Place;
  readonly name: string;
  readonly type?: ValueType;
}

/** A place in the entry, such as `log.request.path`. */
interface LensReference {
  readonly kind: 'lens';
  readonly place: Place;
  readonly text: string;
  readonly type?: ValueType;
}

export const VALUE_TYPES = [
  'string',
  'int',
  'float',
  'time',
  'duration',
  'duration_s',
  'duration_ms',
  'duration_us',
  'duration_ns',
] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

export const FUNCTIONS = ['lower', 'upper', 'route'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export type Expression =
  | Reference
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'template'; readonly parts: readonly (string | Expression)[] }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly argument: Expression }
  | {
      readonly kind: 'arithmetic';
      readonly operator: '+' | '-' | '*' | '/';
      readonly left: Expression;
      readonly right: Expression;
    };

/** What is done, in the order written, and only if all conditions hold. */
export type Action = { readonly place: Place; readonly only: readonly Condition[] } & ActionVerb;

export type ActionVerb =
  | {
      readonly verb: 'open';
      readonly name: Expression;
      readonly spanKind: SpanKindName;
      readonly label: string;
    }
  | { readonly verb: 'close'; readonly label: string }
  | ({ readonly verb: 'span'; readonly name: Expression; readonly spanKind: SpanKindName } & Times)
  | ({
      readonly verb: 'start' | 'end';
      readonly pair: string;
      readonly match: readonly Expression[];
      readonly name?: Expression;
      readonly spanKind: SpanKindName;
      readonly optional: boolean;
    } & Times)
  | { readonly verb: 'set' | 'join'; readonly name: string; readonly value: Expression }
  | { readonly verb: 'keep'; readonly names: readonly NameReference[] }
  | { readonly verb: 'event'; readonly name: Expression }
  | { readonly verb: 'trace' | 'id' | 'parent' | 'http'; readonly value: Expression }
  | { readonly verb: 'ok' | 'error'; readonly message?: Expression }
  | { readonly verb: 'goto'; readonly state: string }
  | { readonly verb: 'done' }
  | { readonly verb: 'emit'; readonly row: string; readonly columns: readonly Column[] }
  | { readonly verb: 'count'; readonly counter: string }
  | {
      readonly verb: 'sum' | 'min' | 'max' | 'first' | 'last';
      readonly counter: string;
      readonly value: Expression;
    };

/** When it began, ended and how long it took; whatever two of them are given decide. */
export interface Times {
  readonly from?: Expression;
  readonly to?: Expression;
  readonly lasting?: Expression;
}

export interface Column {
  readonly name: string;
  readonly value: Expression;
}
