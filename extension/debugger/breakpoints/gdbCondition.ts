import type { BinaryOperator, PathExpression, PathLiteral } from "../values/paths/parsePath.ts";
import type { GdbValue } from "./gdbValue.ts";

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

/** Where gdb finds a name, a field or the content of a `ref`; `undefined` if it cannot. */
type ValueOf = (expression: PathExpression) => GdbValue | undefined;

/**
 * Translates a condition into an expression of gdb in the language C, which costs far less at each hit than a stop of
 * the program. That is possible for comparisons of integers, characters, booleans and constant constructors, combined by
 * `&&`, `||` and `not`. All these are words with 1 as their lowest bit, in the order of what they stand for. The
 * expression is also true for a word that is not, so that the program stops and the debugger can look at it; that is only
 * tested of values without a type. Returns `undefined` for other conditions.
 */
export function gdbCondition(expression: PathExpression, valueOf: ValueOf): string | undefined {
  const untyped = new Set<string>();
  const test = translate(expression, valueOf, untyped);
  if (test === undefined) return undefined;
  return [...[...untyped].map((word) => `(${word} & 1) == 0`), test].join(" || ");
}

function translate(expression: PathExpression, valueOf: ValueOf, untyped: Set<string>): string | undefined {
  if (expression.kind === "unary" && expression.operator === "not") {
    const operand = translate(expression.operand, valueOf, untyped);
    return operand && `!(${operand})`;
  }
  if (expression.kind !== "binary") {
    const found = valueOf(expression);
    return found?.type === "bool" ? `(${found.word} == 3)` : undefined;
  }
  const { operator, left, right } = expression;
  if (operator === "&&" || operator === "||") {
    const [first, second] = [translate(left, valueOf, untyped), translate(right, valueOf, untyped)];
    return first !== undefined && second !== undefined ? `(${first} ${operator} ${second})` : undefined;
  }
  const comparison = comparisons[operator];
  if (!comparison) return undefined;
  if (left.kind === "literal") return compared(right, comparison.swapped, left.value, valueOf, untyped);
  if (right.kind === "literal") return compared(left, comparison.gdb, right.value, valueOf, untyped);
  const [first, second] = [valueOf(left), valueOf(right)];
  if (first?.type !== "int" || second?.type !== "int") return undefined;
  return `(${first.word} ${comparison.gdb} ${second.word})`;
}

/** The comparison of a value with a literal by an operator of gdb. */
function compared(
  expression: PathExpression,
  operator: string,
  literal: PathLiteral,
  valueOf: ValueOf,
  untyped: Set<string>,
): string | undefined {
  if (expression.kind === "binary") return comparedQuotient(expression, operator, literal, valueOf);
  const found = valueOf(expression);
  if (!found) return undefined;
  const isEquality = operator === "==" || operator === "!=";
  const value = literalOf(literal, found.type);
  if (value === undefined || !(isEquality || literal.kind === "int" || literal.kind === "char"))
    return undefined;
  if (found.type === undefined) untyped.add(found.word);
  return `(${found.word} ${operator} ${2n * value + 1n})`;
}

/** `n mod 100 = 0` and `n / 2 > 5`: C rounds to zero as OCaml does. */
function comparedQuotient(
  { operator, left, right }: PathExpression & { readonly kind: "binary" },
  comparison: string,
  literal: PathLiteral,
  valueOf: ValueOf,
): string | undefined {
  const sign = { mod: "%", "/": "/" }[operator as string];
  const found = valueOf(left);
  const divisor = right.kind === "literal" && right.value.kind === "int" ? right.value.value : 0n;
  const value = literalOf(literal, "int");
  if (sign === undefined || found?.type !== "int" || divisor <= 0n || value === undefined) return undefined;
  if (literalOf({ kind: "int", value: divisor }, "int") === undefined) return undefined;
  return `((${found.word} >> 1) ${sign} ${divisor} ${comparison} ${value})`;
}

/** What a literal is as an integer; `undefined` if values of the type are not compared with it. */
function literalOf(literal: PathLiteral, type: GdbValue["type"]): bigint | undefined {
  if (typeof type === "object")
    return literal.kind === "constructor" ? type.constructors.get(literal.value) : undefined;
  if (literal.kind !== (type ?? "int")) return undefined;
  switch (literal.kind) {
    case "int":
      return BigInt.asIntN(63, literal.value) === literal.value ? literal.value : undefined;
    case "char":
      return BigInt(literal.value);
    case "bool":
      return literal.value ? 1n : 0n;
    default:
      return undefined;
  }
}

/** One condition for a breakpoint with several addresses. At other addresses than these, it is true. */
export function conditionByAddress(tests: ReadonlyMap<bigint, string>): string {
  const known = [...tests].map(([address, test]) => `((unsigned long)$pc == ${address} && (${test}))`);
  const others = [...tests.keys()].map((address) => `(unsigned long)$pc != ${address}`).join(" && ");
  return [...known, `(${others})`].join(" || ");
}
