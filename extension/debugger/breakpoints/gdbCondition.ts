import type { BinaryOperator, PathExpression } from "../values/paths/parsePath.ts";

/** Where a variable is at the address of a breakpoint, at every stop there. */
export type StaticPlace = { readonly register: string } | { readonly stackOffset: bigint };

const comparisons: Readonly<
  Partial<Record<BinaryOperator, { readonly gdb: string; readonly swapped: string }>>
> = {
  "=": { gdb: "==", swapped: "==" },
  "<>": { gdb: "!=", swapped: "!=" },
  "<": { gdb: "<", swapped: ">" },
  ">": { gdb: ">", swapped: "<" },
  "<=": { gdb: "<=", swapped: ">=" },
  ">=": { gdb: ">=", swapped: "<=" },
};

/**
 * Translates a condition into an expression of gdb in the language C, which costs far less at each hit than a stop of
 * the program. That is possible for comparisons of integer variables with literals, combined by `&&`, `||` and `not`.
 * OCaml's integers are words with 1 as their lowest bit, in the same order. The expression is also true for a word
 * that is not an integer, so that the program stops and the debugger can look at it. `placeOf` returns the place of an
 * integer variable, or `undefined` for any other one. Returns `undefined` for other conditions.
 */
export function gdbCondition(
  expression: PathExpression,
  placeOf: (name: string) => StaticPlace | undefined,
): string | undefined {
  const words = new Set<string>();
  const test = translate(expression, placeOf, words);
  if (test === undefined) return undefined;
  return [...[...words].map((word) => `(${word} & 1) == 0`), test].join(" || ");
}

function translate(
  expression: PathExpression,
  placeOf: (name: string) => StaticPlace | undefined,
  words: Set<string>,
): string | undefined {
  if (expression.kind === "unary" && expression.operator === "not") {
    const operand = translate(expression.operand, placeOf, words);
    return operand && `!(${operand})`;
  }
  if (expression.kind !== "binary") return undefined;
  const { operator, left, right } = expression;
  if (operator === "&&" || operator === "||") {
    const [first, second] = [translate(left, placeOf, words), translate(right, placeOf, words)];
    return first !== undefined && second !== undefined ? `(${first} ${operator} ${second})` : undefined;
  }
  const comparison = comparisons[operator];
  const isSwapped = left.kind === "literal";
  const [variable, literal] = isSwapped ? [right, left] : [left, right];
  if (!comparison || variable.kind !== "name" || literal.kind !== "literal") return undefined;
  const place = placeOf(variable.name);
  const { value } = literal;
  if (!place || value.kind !== "int" || BigInt.asIntN(63, value.value) !== value.value) return undefined;
  const word = "register" in place ? `(long)$${place.register}` : `*(long*)((char*)$sp+${place.stackOffset})`;
  words.add(word);
  return `(${word} ${isSwapped ? comparison.swapped : comparison.gdb} ${2n * value.value + 1n})`;
}

/** One condition for a breakpoint with several addresses. At other addresses than these, it is true. */
export function conditionByAddress(tests: ReadonlyMap<bigint, string>): string {
  const known = [...tests].map(([address, test]) => `((unsigned long)$pc == ${address} && (${test}))`);
  const others = [...tests.keys()].map((address) => `(unsigned long)$pc != ${address}`).join(" && ");
  return [...known, `(${others})`].join(" || ");
}
