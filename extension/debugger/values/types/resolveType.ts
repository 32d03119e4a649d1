import { Missing, type HeapSnapshot } from "../heap/snapshot.ts";
import type { RecordField, SignatureValue, TypeDeclaration } from "./declaration.ts";
import { parseSignature } from "./signature.ts";
import type { OcamlType, PolymorphicTag } from "./ocamlType.ts";
import {
  bindParameters,
  candidatePaths,
  modulePathOf,
  partOf,
  withoutVariables,
  type ScopedType,
} from "./scopedType.ts";

/** What the values of a type look like. */
export type Layout =
  /** A type that the renderer knows: `int`, `list`, `Hashtbl.t`. `keys` are those of a functor's map. */
  | {
      readonly kind: "known";
      readonly name: KnownType;
      readonly arguments: readonly ScopedType[];
      readonly key: ScopedType | undefined;
    }
  | {
      readonly kind: "record";
      readonly fields: readonly RecordField[];
      readonly within: ScopedType;
      readonly unboxed: boolean;
    }
  | {
      readonly kind: "variant";
      readonly declaration: TypeDeclaration & { readonly definition: { readonly kind: "variant" } };
      readonly within: ScopedType;
      readonly arguments: readonly ScopedType[];
    }
  | { readonly kind: "tuple"; readonly items: readonly ScopedType[]; readonly labels: readonly string[] }
  | {
      readonly kind: "polymorphicVariant";
      readonly tags: readonly (PolymorphicTag & { readonly within: ScopedType })[];
    }
  | {
      readonly kind: "module";
      /** The module type: `S`. */
      readonly name: string;
      /** The fields; undefined if they are not known. */
      readonly items: readonly (SignatureValue & { readonly within: ScopedType })[] | undefined;
    }
  | { readonly kind: "function" | "object" | "extensible" | "unknown" };

/** Types without a declaration that says how they are stored. */
export type KnownType =
  | (typeof simpleTypes)[number]
  | (typeof libraryTypes)[number][1]
  | "Map"
  | "Set"
  | "HashtblMake";

const simpleTypes = [
  "int",
  "char",
  "bool",
  "unit",
  "float",
  "string",
  "bytes",
  "int32",
  "int64",
  "nativeint",
  "exn",
  "list",
  "array",
  "iarray",
  "option",
  "result",
  "lazy_t",
  "ref",
  "floatarray",
  "extension_constructor",
] as const;

/** Abstract types of libraries, by their path. */
const libraryTypes = [
  ["Hashtbl.t", "Hashtbl"],
  ["Queue.t", "Queue"],
  ["Stack.t", "Stack"],
  ["Buffer.t", "Buffer"],
  ["Atomic.t", "Atomic"],
  ["Lazy.t", "lazy_t"],
  ["CamlinternalLazy.t", "lazy_t"],
  ["Lwt.t", "Lwt"],
  ["Cstruct.t", "Cstruct"],
  ["Bigarray.Array0.t", "Bigarray"],
  ["Bigarray.Array1.t", "Bigarray"],
  ["Bigarray.Array2.t", "Bigarray"],
  ["Bigarray.Array3.t", "Bigarray"],
  ["Bigarray.Genarray.t", "Bigarray"],
] as const;

const simple: ReadonlySet<string> = new Set(simpleTypes);
const library: ReadonlyMap<string, KnownType> = new Map(libraryTypes);
const maxSteps = 40;

/** Finds out how values of a type are stored. Throws `Missing` while a declaration has not been read. */
export function resolveType(snapshot: HeapSnapshot, scoped: ScopedType): Layout {
  let at = withoutVariables(scoped);
  for (let step = 0; at && step < maxSteps; step++) {
    const { type } = at;
    const whole = at;
    switch (type.kind) {
      case "tuple":
        return { kind: "tuple", items: type.items.map((each) => partOf(whole, each)), labels: type.labels };
      case "polymorphicVariant":
        return { kind: "polymorphicVariant", tags: polymorphicTags(snapshot, whole, type, 0) };
      case "function":
      case "object":
        return { kind: type.kind };
      case "module":
        return moduleLayout(snapshot, whole, type.text);
      case "constructor": {
        const next = resolveConstructor(snapshot, whole, type);
        if (!("type" in next)) return next;
        at = withoutVariables(next);
        break;
      }
      case "variable":
      case "alias":
        return { kind: "unknown" };
    }
  }
  return { kind: "unknown" };
}

/** The layout of `(module S)`, `(module S with type t = int)` or `(module sig … end)`. */
function moduleLayout(snapshot: HeapSnapshot, whole: ScopedType, text: string): Layout {
  const inside = /^\(\s*module\s+(.*)\)$/s.exec(text)?.[1]?.trim() ?? "";
  const path = /^[A-Za-z][\w'.]*/.exec(inside)?.[0] ?? "";
  const layout = (name: string, declaration: TypeDeclaration | undefined, scope: string): Layout => {
    const items = declaration?.definition.kind === "signature" ? declaration.definition.items : undefined;
    const within: ScopedType = { ...whole, scope };
    return { kind: "module", name, items: items?.map((item) => ({ ...item, within })) };
  };
  if (path === "sig") return layout("", parseSignature(inside), whole.scope);
  const candidates = candidatePaths(path, whole.scope);
  requestAll(snapshot, candidates);
  for (const candidate of candidates) {
    const declaration = snapshot.declaration(candidate);
    if (declaration?.definition.kind === "signature")
      return layout(path, declaration, modulePathOf(candidate));
  }
  return layout(path, undefined, whole.scope);
}

/** The layout of a type constructor, or the type that it abbreviates. */
function resolveConstructor(
  snapshot: HeapSnapshot,
  whole: ScopedType,
  type: OcamlType & { readonly kind: "constructor" },
): Layout | ScopedType {
  const values = type.arguments.map((each) => partOf(whole, each));
  const applied = appliedFunctor(type.path);
  if (applied) {
    const key = partOf(whole, { kind: "constructor", path: `${applied.argument}.t`, arguments: [] });
    return { kind: "known", name: applied.name, arguments: values, key };
  }
  const path = type.path.replace(/^Stdlib(?:\.|__)/, "");
  const isStdlib = path !== type.path;
  if (isStdlib && simple.has(path)) return known(path as KnownType, values);
  const candidates = candidatePaths(type.path, whole.scope);
  requestAll(snapshot, candidates);
  for (const candidate of candidates) {
    // What OCaml prints for some of these is not a declaration: `type bool = false | true`.
    if (simple.has(candidate)) continue;
    const declaration = snapshot.declaration(candidate);
    if (!declaration) continue;
    const scope = modulePathOf(candidate);
    const within: ScopedType = { type, scope, variables: bindParameters(declaration.parameters, values) };
    const { definition, manifest } = declaration;
    // The declaration of a type of the library may be hidden, abbreviated by itself or an internal one.
    const hidden = library.get(candidate.replace(/^Stdlib(?:\.|__)/, ""));
    if (hidden) return known(hidden, values);
    if (definition.kind === "record") {
      return { kind: "record", fields: definition.fields, within, unboxed: declaration.unboxed };
    }
    if (definition.kind === "variant") {
      return { kind: "variant", declaration: { ...declaration, definition }, within, arguments: values };
    }
    if (definition.kind === "open") return { kind: "extensible" };
    if (!manifest) continue;
    // `#show` prints the abbreviation of a type that it cannot expand as the type itself.
    const same = manifest.kind === "constructor" && [candidate, type.path].includes(manifest.path);
    if (same) continue;
    return { type: manifest, scope, variables: within.variables };
  }
  const name = simple.has(path) ? (path as KnownType) : library.get(path);
  return name ? known(name, values) : { kind: "unknown" };
}

/** Notes all declarations that are missing, so that they are requested together. */
function requestAll(snapshot: HeapSnapshot, paths: readonly string[]): void {
  for (const path of paths) {
    try {
      if (!simple.has(path)) snapshot.declaration(path);
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
    }
  }
}

function known(name: KnownType, values: readonly ScopedType[]): Layout {
  return { kind: "known", name, arguments: values, key: undefined };
}

/** Recognizes `Map.Make(String).t` and the like. */
function appliedFunctor(
  path: string,
): { readonly name: "Map" | "Set" | "HashtblMake"; readonly argument: string } | undefined {
  const match = /^(?:Stdlib(?:\.|__))?(Map|Set|Hashtbl)\.(?:Make|MakeSeeded)\((.+)\)\.t$/.exec(path);
  const [, module, argument] = match ?? [];
  if (module === undefined || argument === undefined) return undefined;
  return { name: module === "Hashtbl" ? "HashtblMake" : (module as "Map" | "Set"), argument };
}

function polymorphicTags(
  snapshot: HeapSnapshot,
  whole: ScopedType,
  type: OcamlType & { readonly kind: "polymorphicVariant" },
  depth: number,
): (PolymorphicTag & { readonly within: ScopedType })[] {
  const own = type.tags.map((tag) => ({ ...tag, within: whole }));
  if (depth > 10) return own;
  const included = type.included.flatMap((each) => {
    const layout = resolveType(snapshot, partOf(whole, each));
    return layout.kind === "polymorphicVariant" ? layout.tags : [];
  });
  return [...own, ...included];
}
