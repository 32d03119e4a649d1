import { t } from "../../../protocol/l10n.ts";
import type { BinaryOperator, PathLiteral } from "./parsePath.ts";

/** Thrown with a sentence that says why an expression has no value. */
export class EvaluationError extends Error {}

/** Applies an operator other than `&&` and `||`. Throws an `EvaluationError` if the operands do not fit. */
export function applyOperator(operator: BinaryOperator, left: PathLiteral, right: PathLiteral): PathLiteral {
  if (operator === "+" || operator === "-" || operator === "*" || operator === "/" || operator === "mod") {
    return arithmetic(operator, left, right);
  }
  return { kind: "bool", value: compare(operator, left, right) };
}

function arithmetic(
  operator: "+" | "-" | "*" | "/" | "mod",
  left: PathLiteral,
  right: PathLiteral,
): PathLiteral {
  if (left.kind !== "int" || right.kind !== "int") {
    throw new EvaluationError(t("“{0}” works on integers only.", operator));
  }
  const [a, b] = [left.value, right.value];
  if (b === 0n && (operator === "/" || operator === "mod")) throw new EvaluationError(t("Division by zero."));
  const results = {
    "+": () => a + b,
    "-": () => a - b,
    "*": () => a * b,
    "/": () => a / b,
    mod: () => a % b,
  };
  // Integers of OCaml have 63 bits.
  return { kind: "int", value: BigInt.asIntN(63, results[operator]()) };
}

function compare(operator: BinaryOperator, left: PathLiteral, right: PathLiteral): boolean {
  const isEquality = operator === "=" || operator === "<>";
  if (left.kind !== right.kind) {
    // A constructor differs from a value with arguments, which is not a literal; see `evaluatePath`.
    throw new EvaluationError(t("The two sides of “{0}” have different types.", operator));
  }
  if (left.kind === "unit" || right.kind === "unit") return operator === "=" || operator.includes("=");
  if (left.kind === "constructor" && !isEquality) {
    throw new EvaluationError(t("Constructors can be compared with = and <> only."));
  }
  const [a, b] = [left.value, right.value];
  if (operator === "=") return a === b;
  if (operator === "<>") return a !== b;
  if (operator === "<") return a < b;
  if (operator === ">") return a > b;
  return operator === "<=" ? a <= b : a >= b;
}
