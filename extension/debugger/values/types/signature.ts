import { signatureItems } from "../toplevelDeclarations.ts";
import type { SignatureValue, TypeDeclaration } from "./declaration.ts";
import { parseType, type OcamlType } from "./ocamlType.ts";

/**
 * Reads what a module of a signature stores (`transl_store_structure` in OCaml's `lambda/translmod.ml`): values, modules
 * and exceptions, in their order. Undefined if the signature has something else that may be stored.
 */
export function parseSignature(text: string): TypeDeclaration | undefined {
  if (!/\bsig\b/.test(text)) return undefined;
  const items = signatureItems(text);
  const own = new Set(items.flatMap(({ kind, name }) => (/^(?:type|and|module)$/.test(kind) ? [name] : [])));
  const values: SignatureValue[] = [];
  for (const { kind, name, text: item } of items) {
    if (kind === "val") values.push({ name, type: withoutNames(typeAfterColon(item), own) });
    else if (kind === "exception") values.push({ name, type: undefined });
    else if (kind === "module" && !/^module\s+type\b/.test(item))
      values.push({ name, type: moduleType(item) });
    else if (kind === "class" || kind === "include" || item.includes("+=")) return undefined;
  }
  const name = /^module\s+type\s+([\w']+)/.exec(text)?.[1] ?? "";
  return {
    name,
    parameters: [],
    manifest: undefined,
    definition: { kind: "signature", items: values },
    unboxed: false,
  };
}

const typeAfterColon = (item: string) => parseType(item.slice(item.indexOf(":") + 1).trim());

/** The type of a module in a signature: `module A : S`, or with its own signature. */
function moduleType(item: string): OcamlType | undefined {
  const type = /^module\s+[\w']+\s*:\s*(.*)$/s.exec(item)?.[1];
  return type === undefined || type.startsWith("functor")
    ? undefined
    : { kind: "module", text: `(module ${type.replace(/\s+/g, " ")})` };
}

/** A type that names none of these types and modules, which mean something else outside of the signature. */
function withoutNames(type: OcamlType | undefined, names: ReadonlySet<string>): OcamlType | undefined {
  const isFree = (each: OcamlType): boolean => {
    switch (each.kind) {
      case "constructor":
        return !names.has(each.path.split(".")[0] ?? "") && each.arguments.every(isFree);
      case "tuple":
        return each.items.every(isFree);
      case "function":
        return true;
      case "polymorphicVariant":
        return (
          each.included.every(isFree) && each.tags.every(({ argument }) => !argument || isFree(argument))
        );
      case "alias":
        return isFree(each.type);
      case "variable":
        return true;
      case "object":
      case "module":
        return false;
    }
  };
  return type && isFree(type) ? type : undefined;
}
