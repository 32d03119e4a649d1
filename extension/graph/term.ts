import type { Span } from "../../language-bridge/tokens.ts";

/** An expression of config.ml, as much of it as tells which devices it makes. */
export type Term = { readonly span: Span } &
  /** A name; a path such as `Key.value` is one name, without `Mirage.` before it. */
  (
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "text"; readonly value: string }
    | { readonly kind: "call"; readonly function: Term; readonly arguments: readonly Argument[] }
    /** `functor $ argument` */
    | { readonly kind: "apply"; readonly functor: Term; readonly argument: Term }
    | { readonly kind: "let"; readonly bindings: readonly Binding[]; readonly body: Term }
    | { readonly kind: "function"; readonly parameters: readonly Parameter[]; readonly body: Term }
    /** `if` and `match`: one of these. */
    | { readonly kind: "choice"; readonly options: readonly Term[] }
    /** A list or a tuple. */
    | { readonly kind: "items"; readonly items: readonly Term[] }
    /** One part of a tuple, by its place: `let a, b = …`. */
    | { readonly kind: "part"; readonly of: Term; readonly place: number }
    /** Anything else, with the expressions seen in it. */
    | { readonly kind: "other"; readonly parts: readonly Term[] }
  );

export interface Argument {
  /** Undefined for a positional one. */
  readonly label: string | undefined;
  readonly term: Term;
}

/** Undefined names are patterns that bind something else than one name. */
export interface Parameter {
  readonly name: string | undefined;
  readonly label: string | undefined;
}

export interface Binding {
  readonly name: string | undefined;
  readonly nameSpan: Span;
  readonly value: Term;
}
