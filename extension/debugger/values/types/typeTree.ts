/** A type expression of OCaml. Paths are as printed, such as `Map.Make(String).t`. */
export type OcamlType =
  | { readonly kind: "constructor"; readonly path: string; readonly arguments: readonly OcamlType[] }
  | { readonly kind: "variable"; readonly name: string }
  /** The labels are empty, except those of OCaml 5.4: `x:int * y:int`. */
  | { readonly kind: "tuple"; readonly items: readonly OcamlType[]; readonly labels: readonly string[] }
  /** The label is empty, `x`, or `?x` for an optional one. */
  | { readonly kind: "function"; readonly label: string; readonly from: OcamlType; readonly to: OcamlType }
  | {
      readonly kind: "polymorphicVariant";
      readonly tags: readonly PolymorphicTag[];
      /** Types whose tags are included: `[ t | `A ]`. */
      readonly included: readonly OcamlType[];
    }
  | { readonly kind: "object"; readonly text: string }
  | { readonly kind: "module"; readonly text: string }
  /** `t as 'a`: the variable stands for the whole type inside of it. */
  | { readonly kind: "alias"; readonly type: OcamlType; readonly name: string };

export interface PolymorphicTag {
  readonly name: string;
  readonly argument: OcamlType | undefined;
}
