import type { BracketedTokens } from "../../../ocaml/brackets.ts";

/** One step from a value into a part of it. */
export type PatternStep =
  /** A field whose position does not depend on a type: of a tuple, of a list or of a polymorphic variant. */
  | { readonly kind: "field"; readonly index: number }
  /** One of `count` patterns after a constructor. `at` is the offset of the pattern. */
  | {
      readonly kind: "constructor";
      readonly at: number;
      readonly name: string;
      /** With its modules, as written. */
      readonly path: string;
      readonly index: number;
      readonly count: number;
    }
  /** A field of a record. `at` is the offset of the pattern. */
  | { readonly kind: "record"; readonly at: number; readonly name: string };

/** A name in a pattern, and the way to it from the value that is matched. */
export interface PatternVariable {
  readonly name: string;
  /** Offset of the name. */
  readonly at: number;
  readonly steps: readonly PatternStep[];
}

/** Thrown for a pattern that is not understood. */
class NotUnderstood extends Error {}

/** Reads the names that the pattern in a range of tokens binds; none if the pattern is not understood. */
export function readPattern(brackets: BracketedTokens, from: number, to: number): readonly PatternVariable[] {
  const reader = new PatternReader(brackets, to, from);
  try {
    reader.pattern([]);
    return reader.at === to ? reader.found : [];
  } catch (error) {
    if (error instanceof NotUnderstood) return [];
    throw error;
  }
}

const isCapital = (text: string): boolean => /^\p{Lu}/u.test(text);
const unsupported: ReadonlySet<string> = new Set(["lazy", "exception", "module", "effect"]);

/** A class, because all its functions share the position. */
class PatternReader {
  readonly found: PatternVariable[] = [];
  at: number;
  readonly #brackets: BracketedTokens;
  #to: number;

  constructor(brackets: BracketedTokens, to: number, at: number) {
    this.#brackets = brackets;
    this.#to = to;
    this.at = at;
  }

  /** Alternatives, `as` and the types of a pattern. */
  pattern(steps: readonly PatternStep[]): void {
    this.#tuple(steps);
    while (this.#is("|")) {
      this.at++;
      this.#tuple(steps);
    }
    while (this.#is("as")) {
      this.at++;
      this.#name(steps);
    }
    // The rest of the range is a type.
    if (this.#is(":") && !this.#is(":", 1)) this.at = this.#to;
  }

  #is(text: string, ahead = 0): boolean {
    return this.at + ahead < this.#to && this.#brackets.is(this.at + ahead, text);
  }

  #token(ahead = 0) {
    const token = this.at + ahead < this.#to ? this.#brackets.tokens[this.at + ahead] : undefined;
    if (!token) throw new NotUnderstood();
    return token;
  }

  #tuple(steps: readonly PatternStep[]): void {
    const items = this.#split(",");
    if (items.length === 1) return this.#list(steps);
    for (const [index, end] of items.entries()) {
      this.#within(end, () => this.#list([...steps, { kind: "field", index }]));
      if (index < items.length - 1) this.at++;
    }
  }

  #list(steps: readonly PatternStep[]): void {
    const start = this.at;
    const before = this.found.length;
    this.#applied(steps);
    if (!(this.#is(":") && this.#is(":", 1))) return;
    // What was read is the first field of a list.
    this.at = start;
    this.found.length = before;
    this.#applied([...steps, { kind: "field", index: 0 }]);
    this.at += 2;
    this.#list([...steps, { kind: "field", index: 1 }]);
  }

  #applied(steps: readonly PatternStep[]): void {
    const token = this.#token();
    if (this.#is("`")) {
      this.at += 2;
      if (this.#startsPattern()) this.#atom([...steps, { kind: "field", index: 1 }]);
      return;
    }
    if (token.kind !== "name" || !isCapital(token.text)) return this.#atom(steps);
    let path = token.text;
    while (this.#is(".", 1)) {
      this.at += 2;
      path += `.${this.#token().text}`;
    }
    const { text: name } = this.#token();
    this.at++;
    if (!this.#startsPattern()) return;
    const step = (index: number, count: number): PatternStep => ({
      kind: "constructor",
      at: token.start,
      name,
      path,
      index,
      count,
    });
    if (!this.#is("(")) return this.#atom([...steps, step(0, 1)]);
    const close = this.#brackets.closing(this.at);
    if (close === undefined || close >= this.#to) throw new NotUnderstood();
    this.at++;
    this.#within(close, () => {
      const items = this.#split(",");
      // Alternatives and names of a tuple.
      if (items.at(-1) !== close) return this.pattern([...steps, step(0, 1)]);
      for (const [index, end] of items.entries()) {
        this.#within(end, () => this.pattern([...steps, step(index, items.length)]));
        if (index < items.length - 1) this.at++;
      }
    });
    this.at++;
  }

  #startsPattern(): boolean {
    if (this.at >= this.#to) return false;
    const { kind, text } = this.#token();
    if (kind !== "sign") return !["as", "when"].includes(text);
    return ["(", "{", "[", "`", "-"].includes(text);
  }

  #atom(steps: readonly PatternStep[]): void {
    const token = this.#token();
    if (token.kind === "string" || token.kind === "other" || token.text === "_") {
      this.at++;
      // A range of characters.
      if (this.#is(".") && this.#is(".", 1)) this.at += 3;
      return;
    }
    if (token.kind === "name") {
      if (unsupported.has(token.text)) throw new NotUnderstood();
      if (isCapital(token.text) || this.#is("`")) return this.#applied(steps);
      if (token.text === "true" || token.text === "false") {
        this.at++;
        return;
      }
      return this.#name(steps);
    }
    if (token.text === "-") {
      this.at += 2;
      return;
    }
    if (token.text === "`") return this.#applied(steps);
    const close = this.#brackets.closing(this.at);
    if (close === undefined || close >= this.#to) throw new NotUnderstood();
    if (token.text === "(") {
      this.at++;
      if (this.at < close) this.#within(close, () => this.pattern(steps));
    } else if (token.text === "{") {
      this.at++;
      this.#within(close, () => this.#record(steps, token.start));
    } else if (token.text === "[" && this.at + 1 === close) this.at++;
    else if (token.text === "[" && !this.#is("|", 1)) {
      this.at++;
      this.#within(close, () => this.#items(steps));
    } else throw new NotUnderstood();
    this.at = close + 1;
  }

  /** The items of `[a; b]`. */
  #items(steps: readonly PatternStep[]): void {
    let rest = steps;
    const items = this.#split(";");
    for (const [index, end] of items.entries()) {
      if (this.at < end) this.#within(end, () => this.pattern([...rest, { kind: "field", index: 0 }]));
      rest = [...rest, { kind: "field", index: 1 }];
      if (index < items.length - 1) this.at++;
    }
  }

  #record(steps: readonly PatternStep[], at: number): void {
    const items = this.#split(";");
    for (const [index, end] of items.entries()) {
      if (this.at < end && !this.#is("_")) {
        while (this.#is(".", 1)) this.at += 2;
        const field = this.#token();
        const inside: readonly PatternStep[] = [...steps, { kind: "record", at, name: field.text }];
        if (this.at + 1 === end) this.#name(inside);
        else if (this.#is("=", 1)) {
          this.at += 2;
          this.#within(end, () => this.pattern(inside));
        } else throw new NotUnderstood();
      } else this.at = end;
      if (index < items.length - 1) this.at++;
    }
  }

  #name(steps: readonly PatternStep[]): void {
    const token = this.#token();
    if (token.kind !== "name" || isCapital(token.text)) throw new NotUnderstood();
    if (token.text !== "_") this.found.push({ name: token.text, at: token.start, steps });
    this.at++;
  }

  /** The indices of the tokens that end the parts of the rest of the range, up to `|`, `as` and a type. */
  #split(separator: string): readonly number[] {
    const ends: number[] = [];
    let at = this.at;
    for (; at < this.#to; at = this.#brackets.after(at)) {
      const is = (text: string) => this.#brackets.is(at, text);
      if (separator === "," && (is("|") || is("as"))) break;
      if (is(separator)) ends.push(at);
    }
    return [...ends, Math.min(at, this.#to)];
  }

  /** Reads a part that has to end at a token. */
  #within(end: number, read: () => void): void {
    const outer = this.#to;
    this.#to = end;
    read();
    this.#to = outer;
    if (this.at !== end) throw new NotUnderstood();
  }
}
