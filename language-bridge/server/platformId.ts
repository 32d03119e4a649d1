/** The id of the OCaml Platform extension: https://marketplace.visualstudio.com/items?itemName=ocamllabs.ocaml-platform */
export const ocamlPlatform = "ocamllabs.ocaml-platform";
