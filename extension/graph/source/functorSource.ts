import { moduleAt, readSource } from "../../ocaml/functors.ts";
import type { Span } from "../../ocaml/brackets.ts";

export interface FunctorHeader {
  /** Name of the module; the start of the file if the file itself is the module. */
  readonly name: Span;
  readonly parameters: readonly {
    /** Undefined for `()`. */
    readonly name: string | undefined;
    /** The module type, on one line. */
    readonly type: string | undefined;
    /** Includes the parentheses. */
    readonly span: Span;
  }[];
  /** Name of its `start` function. */
  readonly start: Span | undefined;
  /** Parameters of `start`, which receives the state of each device. */
  readonly startParameters: readonly Span[];
}

/** The file that defines a module path by convention: `unikernel.ml` for `Unikernel.Main`; undefined if it is not a path. */
export function fileOf(path: string): string | undefined {
  const first = /^[A-Z][\w']*(?=\.|$)/.exec(path)?.[0];
  return first === undefined ? undefined : `${first.charAt(0).toLowerCase()}${first.slice(1)}.ml`;
}

/**
 * Finds the module of a path such as `Unikernel.Main` in the text of its file, which may itself be the
 * module. Undefined if the file does not define it. Offsets are in UTF-16 units.
 */
export function functorOf(text: string, path: string): FunctorHeader | undefined {
  const found = moduleAt(readSource(text), path.split(".").slice(1));
  if (!found) return undefined;
  return {
    name: found.nameSpan,
    parameters: (found.parameters ?? []).map(({ name, signature, span }) => ({
      name,
      type: signature,
      span,
    })),
    start: found.start?.nameSpan,
    startParameters: (found.start?.parameters ?? []).map(({ span }) => span),
  };
}
