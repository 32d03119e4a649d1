import { moduleAt, readSource } from "../../language-bridge/unikernelSource.ts";
import type { Span } from "../../language-bridge/tokens.ts";

export interface FunctorHeader {
  /** Name of the module; the beginning of the file for a unikernel that is the file itself. */
  readonly name: Span;
  readonly parameters: readonly {
    /** Undefined for `()`. */
    readonly name: string | undefined;
    /** The module type on one line. */
    readonly type: string | undefined;
    /** With its parentheses. */
    readonly span: Span;
  }[];
  /** Name of its `start` function. */
  readonly start: Span | undefined;
  /** Parameters of `start`, which gets a value of each device. */
  readonly startParameters: readonly Span[];
}

/** The file that defines a module path by custom: `unikernel.ml` for `Unikernel.Main`; undefined for what is no path. */
export function fileOf(path: string): string | undefined {
  const first = /^[A-Z][\w']*(?=\.|$)/.exec(path)?.[0];
  return first === undefined ? undefined : `${first.charAt(0).toLowerCase()}${first.slice(1)}.ml`;
}

/**
 * Where a file such as unikernel.ml has the module that a path such as `Unikernel.Main` names, which
 * may be the file itself. Undefined when the file does not show it. Offsets are in UTF-16 units.
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
