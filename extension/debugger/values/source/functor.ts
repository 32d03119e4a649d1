import type { BracketedTokens } from "../../../ocaml/brackets.ts";
import {
  describeFunction,
  moduleParameter,
  type SourceFunction,
  type SourceParameter,
} from "./functionParts.ts";
import type { LetScopes } from "./scopes.ts";

/** The name of a functor in a linker name such as `camlDune__exe__Unikernel__Make_262`, or `undefined`. */
export const functorName = (symbol: string): string | undefined =>
  /(?:__|\.|\$)([A-Z](?:(?!__)[\w'])*)_\d+$/.exec(symbol)?.[1];

/**
 * Reads the functors of a name: `module Make (S : T) (U : V) = struct … end`, which the compiler makes functions of their
 * modules. A parameter `()` has a register too.
 */
export function functorsNamed(
  brackets: BracketedTokens,
  scopes: LetScopes,
  name: string,
  lineOf: (offset: number) => number,
): readonly SourceFunction[] {
  const { tokens, is } = brackets;
  return tokens.flatMap((token, nameAt) => {
    if (token.text !== name || !is(nameAt - 1, "module") || !is(nameAt + 1, "(")) return [];
    const parameters: SourceParameter[] = [];
    let at = nameAt + 1;
    for (; is(at, "("); at = brackets.after(at)) {
      const close = brackets.closing(at);
      if (close === undefined) return [];
      parameters.push({ optional: false, ...moduleParameter(brackets, at + 1, close) });
    }
    while (at < tokens.length && !is(at, "=") && !is(at, "module") && !is(at, "let")) at = brackets.after(at);
    if (!is(at, "=") || !is(at + 1, "struct")) return [];
    const end = brackets.after(at + 1);
    return [
      {
        ...describeFunction(brackets, scopes, { start: nameAt - 1, head: at + 1, end }, lineOf),
        at: token.start,
        line: lineOf(token.start),
        parameters,
        // The items of its body are not variables of a function.
        bindings: [],
        patterns: [],
        tailRecursive: false,
      },
    ];
  });
}
