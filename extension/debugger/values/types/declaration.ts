import type { OcamlType } from "./ocamlType.ts";
import { typeReader, type TypeReader } from "./typeReader.ts";

/** A field of a record. */
export interface RecordField {
  readonly name: string;
  readonly type: OcamlType;
  readonly mutable: boolean;
}

/** A constructor of a variant. It has fields or arguments, or neither. */
export interface Constructor {
  readonly name: string;
  readonly arguments: readonly OcamlType[];
  readonly fields: readonly RecordField[] | undefined;
  /** The result type of a GADT constructor. */
  readonly result: OcamlType | undefined;
}

/** What a module has a field for, in the order of its signature. */
export interface SignatureValue {
  readonly name: string;
  /** Undefined if it names a type of the signature itself, which only the module knows. */
  readonly type: OcamlType | undefined;
}

/** A type declaration. */
export interface TypeDeclaration {
  readonly name: string;
  /** Without the quote; `_` for an anonymous one. */
  readonly parameters: readonly string[];
  readonly manifest: OcamlType | undefined;
  readonly definition:
    | { readonly kind: "abstract" }
    | { readonly kind: "open" }
    | { readonly kind: "record"; readonly fields: readonly RecordField[] }
    /** Of a module type. */
    | { readonly kind: "signature"; readonly items: readonly SignatureValue[] }
    | { readonly kind: "variant"; readonly constructors: readonly Constructor[] };
  /** Whether the only field or argument is stored in place of the block. */
  readonly unboxed: boolean;
}

/**
 * Parses the first type declaration of a text, as merlin or `#show` prints it, by the grammar of the OCaml
 * manual ("Type and exception definitions"). An exception is returned as a variant with one constructor. Undefined if
 * there is none. Never throws.
 */
export function parseDeclaration(text: string): TypeDeclaration | undefined {
  const reader = typeReader(text);
  const isStart = () => ["type", "and", "exception"].some((word) => reader.is(word));
  while (reader.at < reader.tokens.length && !isStart()) reader.at++;
  if (reader.take("exception")) return exceptionDeclaration(reader);
  reader.at++;
  reader.take("nonrec");
  const parameters = readParameters(reader);
  const name = parameters && reader.name();
  if (!parameters || name === undefined) return undefined;
  let manifest: OcamlType | undefined;
  let definition: TypeDeclaration["definition"] | undefined;
  while (reader.take("=")) {
    reader.take("private");
    if (definition === undefined && startsDefinition(reader)) {
      definition = readDefinition(reader);
      if (!definition) return undefined;
    } else {
      manifest = reader.type();
      if (!manifest) return undefined;
    }
  }
  const rest = text.slice(reader.tokens[reader.at]?.start ?? text.length);
  const attribute = /^\s*(?:constraint\b.*)?\[@@(?:ocaml\.)?unboxed\]/s.test(rest);
  return {
    name,
    parameters,
    manifest,
    definition: definition ?? { kind: "abstract" },
    unboxed:
      attribute || reader.tokens.some((each, at) => each.text === "unboxed" && isAttribute(reader, at)),
  };
}

function exceptionDeclaration(reader: TypeReader): TypeDeclaration | undefined {
  const constructor = readConstructor(reader);
  return (
    constructor && {
      name: constructor.name,
      parameters: [],
      manifest: undefined,
      definition: { kind: "variant", constructors: [constructor] },
      unboxed: false,
    }
  );
}

function isAttribute({ tokens }: TypeReader, at: number): boolean {
  return ["@", "."].includes(tokens[at - 1]?.text ?? "");
}

/** `'a`, `('a, +'b)` or nothing; undefined for text that is not a list of parameters. */
function readParameters(reader: TypeReader): string[] | undefined {
  const one = (): string | undefined => {
    while (reader.is("+") || reader.is("-") || reader.is("!")) reader.at++;
    if (reader.take("_")) return "_";
    return reader.take("'") ? reader.name() : undefined;
  };
  if (reader.take("(")) {
    const names: string[] = [];
    do {
      const name = one();
      if (name === undefined) return undefined;
      names.push(name);
    } while (reader.take(","));
    return reader.take(")") ? names : undefined;
  }
  if (!/^['+\-!_]$/.test(reader.tokens[reader.at]?.text ?? "")) return [];
  const name = one();
  return name === undefined ? undefined : [name];
}

/** Whether a record, a variant or `..` follows, and not a type. */
function startsDefinition(reader: TypeReader): boolean {
  if (reader.is("{") || reader.is("|") || reader.is(".")) return true;
  const isCapital = /^\p{Lu}/u.test(reader.tokens[reader.at]?.text ?? "");
  return isCapital && !reader.is(".", 1) && !reader.is("(", 1);
}

function readDefinition(reader: TypeReader): TypeDeclaration["definition"] | undefined {
  if (reader.take(".")) return reader.take(".") ? { kind: "open" } : undefined;
  if (reader.is("{")) {
    const fields = readFields(reader);
    return fields && { kind: "record", fields };
  }
  const constructors: Constructor[] = [];
  reader.take("|");
  // `type t = |` has no constructor.
  while (/^\p{Lu}/u.test(reader.tokens[reader.at]?.text ?? "")) {
    const constructor = readConstructor(reader);
    if (!constructor) return undefined;
    constructors.push(constructor);
    if (!reader.take("|")) break;
  }
  return { kind: "variant", constructors };
}

/** Reads `{ a : int; mutable b : string; }`. */
function readFields(reader: TypeReader): RecordField[] | undefined {
  reader.at++;
  const fields: RecordField[] = [];
  while (!reader.take("}")) {
    const mutable = reader.take("mutable");
    const name = reader.name();
    const type = name !== undefined && reader.take(":") ? reader.type() : undefined;
    if (name === undefined || type === undefined) return undefined;
    fields.push({ name, type, mutable });
    skipAttributes(reader);
    if (!reader.take(";") && !reader.is("}")) return undefined;
    skipAttributes(reader);
  }
  return fields;
}

/** Reads a constructor: `A`, `A of int * string`, `A of { … }`, `A : int -> t` or `A : t`. */
function readConstructor(reader: TypeReader): Constructor | undefined {
  const name = reader.name();
  if (name === undefined) return undefined;
  let parts: readonly OcamlType[] = [];
  let fields: readonly RecordField[] | undefined;
  let result: OcamlType | undefined;
  const generalized = reader.is(":");
  if (generalized || reader.is("of")) {
    reader.at++;
    if (generalized) skipQuantifier(reader);
    const read = reader.is("{") ? readFields(reader) : readProduct(reader);
    if (!read) return undefined;
    if (reader.is("-") && generalized) {
      reader.at += 2;
      result = reader.simple();
      if (!result) return undefined;
    }
    const isResult = generalized && !result;
    if (isResult) [result] = read as OcamlType[];
    else if (read[0] && "mutable" in read[0]) fields = read as RecordField[];
    else parts = read as OcamlType[];
  }
  skipAttributes(reader);
  return { name, arguments: parts, fields, result };
}

function skipQuantifier(reader: TypeReader): void {
  let ahead = 0;
  while (reader.is("'", ahead)) ahead += 2;
  if (ahead > 0 && reader.is(".", ahead)) reader.at += ahead + 1;
}

function readProduct(reader: TypeReader): OcamlType[] | undefined {
  const items: OcamlType[] = [];
  do {
    const item = reader.simple();
    if (!item) return undefined;
    items.push(item);
  } while (reader.take("*"));
  return items;
}

function skipAttributes(reader: TypeReader): void {
  while (reader.is("[") && reader.is("@", 1) && !reader.is("@", 2)) {
    while (reader.at < reader.tokens.length && !reader.is("]")) reader.at++;
    reader.at++;
  }
}
