import type { Span } from "./brackets.ts";

/**
 * An expression of OCaml, as far as config.ml uses them. `span` excludes parentheses around it; `outer`
 * includes them, and the module of a local open such as `Mirage.( … )`.
 */
export type Expression = { readonly span: Span; readonly outer?: Span } &
  /** A name; a path such as `Key.value` is one name, without the module that the parser was told to omit. */
  (
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "text"; readonly value: string }
    | { readonly kind: "call"; readonly function: Expression; readonly arguments: readonly Argument[] }
    /** `functor $ argument` */
    | { readonly kind: "apply"; readonly functor: Expression; readonly argument: Expression }
    | { readonly kind: "let"; readonly bindings: readonly Binding[]; readonly body: Expression }
    | { readonly kind: "function"; readonly parameters: readonly Parameter[]; readonly body: Expression }
    /** `a @-> b @-> c`: its operands in order. One that is missing is an empty `other`. */
    | { readonly kind: "arrow"; readonly operands: readonly Expression[] }
    /** `if` and `match`. `patternNames` are the names that the patterns of the cases may bind. */
    | {
        readonly kind: "choice";
        readonly options: readonly Expression[];
        readonly patternNames?: readonly string[];
      }
    /** A list or a tuple. */
    | { readonly kind: "items"; readonly items: readonly Expression[] }
    /** One part of a tuple by its index: `let a, b = …`. */
    | { readonly kind: "part"; readonly of: Expression; readonly place: number }
    /** Anything else, with the expressions that were understood in it. */
    | { readonly kind: "other"; readonly parts: readonly Expression[] }
  );

export interface Argument {
  /** Undefined for a positional one. */
  readonly label: string | undefined;
  /** True for `~label` alone, which stands for `~label:label`. */
  readonly punned?: true;
  readonly term: Expression;
  /** From `~` or `?`, or from the value of a positional argument, to the end of the value. */
  readonly span: Span;
}

/** The name is undefined for a pattern that does not bind exactly one name. */
export interface Parameter {
  readonly name: string | undefined;
  readonly label: string | undefined;
}

export interface Binding {
  /** Undefined for a pattern that is not one name. */
  readonly name: string | undefined;
  readonly nameSpan: Span;
  readonly value: Expression;
  /** From `let` or `and` to the end of the value. */
  readonly span: Span;
}

/** The span with the parentheses around the expression, if it has any. */
export const outerSpan = ({ span, outer }: Expression): Span => outer ?? span;
