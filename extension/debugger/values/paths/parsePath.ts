import { t } from "../../../protocol/l10n.ts";
import { ocamlTokens, type Token } from "../../../ocaml/lexer.ts";

/** An expression on values, for hover, watch and conditions. */
export type PathExpression =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "field"; readonly of: PathExpression; readonly name: string }
  /** `a.(i)`, and `s.[i]` with `string` set. */
  | {
      readonly kind: "item";
      readonly of: PathExpression;
      readonly index: PathExpression;
      readonly string: boolean;
    }
  | { readonly kind: "literal"; readonly value: PathLiteral }
  | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: PathExpression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: PathExpression;
      readonly right: PathExpression;
    };

export type UnaryOperator = "!" | "-" | "not" | "fst" | "snd";
export type BinaryOperator =
  | "||"
  | "&&"
  | "="
  | "<>"
  | "<"
  | ">"
  | "<="
  | ">="
  | "+"
  | "-"
  | "*"
  | "/"
  | "mod";

export type PathLiteral =
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  /** One character for each byte. */
  | { readonly kind: "string"; readonly value: string }
  /** The code of the character. */
  | { readonly kind: "char"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "unit" }
  /** A constructor without arguments: `None`, `` `Closed ``, `[]`. */
  | { readonly kind: "constructor"; readonly value: string };

/** The result of parsing: an expression, or a sentence about what is not understood. */
export type ParsedPath =
  | { readonly kind: "parsed"; readonly expression: PathExpression }
  | { readonly kind: "invalid"; readonly reason: string };

class Invalid extends Error {}

const maxDepth = 100;
/** In ascending order of precedence. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ["||"],
  ["&&"],
  ["<>", "<=", ">=", "=", "<", ">"],
  ["+", "-"],
  ["*", "/", "mod"],
];

/**
 * Parses an expression such as `request.id = 2 && not done`: paths, items, `!`, `fst`, `snd`, literals, comparisons and
 * arithmetic, with the precedence of OCaml. Never throws.
 */
export function parsePath(text: string): ParsedPath {
  const tokens = ocamlTokens(text);
  try {
    const parser = new Parser(text, tokens);
    return { kind: "parsed", expression: parser.whole() };
  } catch (error) {
    if (error instanceof Invalid) return { kind: "invalid", reason: error.message };
    throw error;
  }
}

/** A class, because all its functions share the position. */
class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  whole(): PathExpression {
    const expression = this.#binary(0);
    if (this.#at < this.#tokens.length) this.#fail();
    return expression;
  }

  #fail(): never {
    const token = this.#tokens[this.#at];
    if (!token) throw new Invalid(t("The expression is not complete."));
    const written = this.#text.slice(token.start, token.end);
    throw new Invalid(t("“{0}” is not supported in an expression here.", written));
  }

  #binary(level: number): PathExpression {
    const operators = levels[level];
    if (!operators) return this.#unary();
    if (++this.#depth > maxDepth * levels.length) this.#fail();
    let left = this.#binary(level + 1);
    for (let operator = this.#operator(operators); operator; operator = this.#operator(operators)) {
      left = { kind: "binary", operator, left, right: this.#binary(level + 1) };
    }
    this.#depth--;
    return left;
  }

  /** Steps over an operator, which may be written with several signs. */
  #operator(operators: readonly BinaryOperator[]): BinaryOperator | undefined {
    return operators.find((operator) => {
      const length = operator === "mod" ? 1 : operator.length;
      if (this.#joined(length) !== operator) return false;
      // `<` is not the beginning of `<=`, and so on.
      const longer = this.#joined(length + 1) ?? "";
      if (operator !== "mod" && /^[=<>&|+*/!-]{2,}$/.test(longer) && !/[!-]$/.test(longer)) return false;
      this.#at += length;
      return true;
    });
  }

  /** The text of the next tokens if nothing is between them. */
  #joined(count: number): string | undefined {
    const [first, last] = [this.#tokens[this.#at], this.#tokens[this.#at + count - 1]];
    if (!first || !last || last.kind === "string" || last.end - first.start > 3) return undefined;
    const text = this.#text.slice(first.start, last.end);
    return /\s/.test(text) ? undefined : text;
  }

  #unary(): PathExpression {
    if (++this.#depth > maxDepth * levels.length) this.#fail();
    const expression = this.#unaryOrPostfix();
    this.#depth--;
    return expression;
  }

  #unaryOrPostfix(): PathExpression {
    const token = this.#tokens[this.#at];
    if (token?.kind === "sign" && token.text === "-") {
      this.#at++;
      if (this.#is(".")) this.#at++;
      return negated(this.#unary());
    }
    if (token?.kind === "name" && (token.text === "not" || token.text === "fst" || token.text === "snd")) {
      this.#at++;
      return { kind: "unary", operator: token.text, operand: this.#postfix() };
    }
    return this.#postfix();
  }

  #is(text: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.text === text && token.kind !== "string";
  }

  #expect(text: string): void {
    if (!this.#is(text)) this.#fail();
    this.#at++;
  }

  #postfix(): PathExpression {
    let of = this.#primary();
    while (this.#is(".")) {
      this.#at++;
      if (this.#is("(") || this.#is("[")) {
        const string = this.#is("[");
        this.#at++;
        const index = this.#binary(0);
        this.#expect(string ? "]" : ")");
        of = { kind: "item", of, index, string };
        continue;
      }
      let token = this.#tokens[this.#at];
      // The module of a field does not matter: `request.Http.headers`.
      while (token?.kind === "name" && isCapital(token.text) && this.#is(".", 1)) {
        this.#at += 2;
        token = this.#tokens[this.#at];
      }
      if (token?.kind !== "name" || isCapital(token.text)) this.#fail();
      this.#at++;
      of = { kind: "field", of, name: token.text };
    }
    return of;
  }

  #primary(): PathExpression {
    const token = this.#tokens[this.#at];
    if (!token) this.#fail();
    if (token.kind === "sign" && token.text === "!") {
      this.#at++;
      if (++this.#depth > maxDepth * levels.length) this.#fail();
      const operand = this.#primary();
      this.#depth--;
      return { kind: "unary", operator: "!", operand };
    }
    if (token.kind === "sign" && token.text === "(") {
      this.#at++;
      if (this.#is(")")) return this.#literal({ kind: "unit" });
      const inside = this.#binary(0);
      this.#expect(")");
      return inside;
    }
    if (token.kind === "sign" && token.text === "[" && this.#is("]", 1)) {
      this.#at++;
      return this.#literal({ kind: "constructor", value: "[]" });
    }
    if (token.kind === "sign" && token.text === "`" && this.#tokens[this.#at + 1]?.kind === "name") {
      this.#at++;
      return this.#literal({ kind: "constructor", value: `\`${this.#tokens[this.#at]?.text ?? ""}` });
    }
    if (token.kind === "string") {
      const bytes = Buffer.from(token.text).toString("latin1");
      return this.#literal({ kind: "string", value: bytes });
    }
    if (token.kind === "name") return this.#named(token.text);
    const literal = numberOrCharacter(token.text);
    return literal ? this.#literal(literal) : this.#fail();
  }

  #named(name: string): PathExpression {
    if (name === "true" || name === "false") return this.#literal({ kind: "bool", value: name === "true" });
    if (name === "nan" || name === "infinity") {
      return this.#literal({ kind: "float", value: name === "nan" ? NaN : Infinity });
    }
    if (isCapital(name)) {
      // `Http.Get` is the constructor `Get`.
      while (this.#is(".", 1) && isCapital(this.#tokens[this.#at + 2]?.text ?? "")) this.#at += 2;
      return this.#literal({ kind: "constructor", value: this.#tokens[this.#at]?.text ?? "" });
    }
    if (keywords.has(name)) this.#fail();
    this.#at++;
    return { kind: "name", name };
  }

  /** Steps over the last token of a literal. */
  #literal(value: PathLiteral): PathExpression {
    this.#at++;
    return { kind: "literal", value };
  }
}

const keywords: ReadonlySet<string> = new Set([
  "if",
  "then",
  "else",
  "let",
  "in",
  "match",
  "fun",
  "mod",
  "of",
]);

const isCapital = (text: string): boolean => /^\p{Lu}/u.test(text);

function negated(operand: PathExpression): PathExpression {
  if (operand.kind === "literal") {
    const { value } = operand;
    if (value.kind === "int") return { kind: "literal", value: { kind: "int", value: -value.value } };
    if (value.kind === "float") return { kind: "literal", value: { kind: "float", value: -value.value } };
  }
  return { kind: "unary", operator: "-", operand };
}

const escaped: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  b: 8,
  r: 13,
  "\\": 92,
  "'": 39,
  '"': 34,
  " ": 32,
};

/** Reads a number or a character literal as it is written. */
function numberOrCharacter(text: string): PathLiteral | undefined {
  const digits = text.replaceAll("_", "");
  if (/^(?:\d+|0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+)[lLn]?$/.test(digits)) {
    return { kind: "int", value: BigInt(digits.replace(/[lLn]$/, "").toLowerCase()) };
  }
  if (/^\d+(?:\.\d*)?(?:[eE]\d+)?$/.test(digits)) return { kind: "float", value: Number(digits) };
  const character = /^'(\\?)(.+)'$/su.exec(text);
  const [, escape, body = ""] = character ?? [];
  if (!character) return undefined;
  if (escape === "") {
    const code = body.codePointAt(0) ?? 256;
    return code < 128 && body.length === 1 ? { kind: "char", value: code } : undefined;
  }
  const code = /^\d{3}$/.test(body)
    ? Number(body)
    : body.startsWith("x")
      ? parseInt(body.slice(1), 16)
      : body.startsWith("o")
        ? parseInt(body.slice(1), 8)
        : escaped[body];
  return code !== undefined && code < 256 ? { kind: "char", value: code } : undefined;
}
