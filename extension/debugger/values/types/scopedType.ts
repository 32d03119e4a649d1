import { parseType, printType, type OcamlType } from "./ocamlType.ts";

/** A type with what its names mean. */
export interface ScopedType {
  readonly type: OcamlType;
  /** The module in which its paths are resolved first, such as `T.Main`; empty for none. */
  readonly scope: string;
  /** What its variables stand for. A variable that is not there is unknown. */
  readonly variables: ReadonlyMap<string, ScopedType>;
}

/** A type as functions accept it: as OCaml prints it, parsed, or with what its names mean. */
export type ValueType = string | OcamlType | ScopedType;

/** Parses a type if necessary. Undefined for text that is not a type. `scope` is that of a type without its own. */
export function asScopedType(type: ValueType | undefined, scope: string): ScopedType | undefined {
  const parsed = typeof type === "string" ? parseType(type) : type;
  if (parsed === undefined) return undefined;
  return "scope" in parsed ? parsed : scopedType(parsed, scope);
}

const none: ReadonlyMap<string, ScopedType> = new Map();

/** A type without variables. */
export function scopedType(type: OcamlType, scope: string): ScopedType {
  return { type, scope, variables: none };
}

/** Another part of the same declaration. */
export function partOf(whole: ScopedType, type: OcamlType): ScopedType {
  return { ...whole, type };
}

/** Replaces variables by what they stand for, and gives the name of an alias its meaning. Undefined if the variable is unknown. */
export function withoutVariables(scoped: ScopedType): ScopedType | undefined {
  let at: ScopedType | undefined = scoped;
  for (let step = 0; at && step < 100; step++) {
    if (at.type.kind === "variable") {
      at = at.variables.get(at.type.name);
    } else if (at.type.kind === "alias") {
      const variables = new Map(at.variables);
      const meaning: ScopedType = { type: at.type.type, scope: at.scope, variables };
      variables.set(at.type.name, meaning);
      at = meaning;
    } else {
      return at;
    }
  }
  return undefined;
}

/** The meaning of the parameters of a declaration for the arguments of a type. */
export function bindParameters(
  parameters: readonly string[],
  values: readonly ScopedType[],
): ReadonlyMap<string, ScopedType> {
  if (parameters.length !== values.length) return none;
  const bound = new Map<string, ScopedType>();
  for (const [index, parameter] of parameters.entries()) {
    const value = values[index];
    if (value && parameter !== "_") bound.set(parameter, value);
  }
  return bound;
}

/**
 * The variables of a GADT constructor, found by matching its result type with the actual arguments. Variables
 * that the result does not determine stay unknown.
 */
export function bindResult(
  result: OcamlType,
  values: readonly ScopedType[],
): ReadonlyMap<string, ScopedType> {
  const bound = new Map<string, ScopedType>();
  const unify = (pattern: OcamlType, value: ScopedType, depth: number): void => {
    if (pattern.kind === "variable") {
      if (pattern.name !== "_" && !bound.has(pattern.name)) bound.set(pattern.name, value);
      return;
    }
    const actual = withoutVariables(value);
    if (!actual || depth > 20) return;
    const parts = (type: OcamlType) =>
      type.kind === "constructor" ? type.arguments : type.kind === "tuple" ? type.items : [];
    // The arguments of another constructor may be in another order.
    const same =
      pattern.kind === "tuple" ||
      (pattern.kind === "constructor" &&
        actual.type.kind === "constructor" &&
        lastName(pattern.path) === lastName(actual.type.path));
    if (pattern.kind !== actual.type.kind || !same) return;
    const [left, right] = [parts(pattern), parts(actual.type)];
    if (left.length !== right.length) return;
    for (const [index, each] of left.entries()) {
      const other = right[index];
      if (other) unify(each, partOf(actual, other), depth + 1);
    }
  };
  if (result.kind === "constructor" && result.arguments.length === values.length) {
    for (const [index, argument] of result.arguments.entries()) {
      const value = values[index];
      if (value) unify(argument, value, 0);
    }
  }
  return bound;
}

const lastName = (path: string): string => path.slice(path.lastIndexOf(".") + 1);

/** Prints a type with its variables replaced. Variables without a meaning are printed as `_`. */
export function printScoped(scoped: ScopedType, depth = 0): string {
  return printType(scoped.type, (name, level) => {
    const meaning = depth < 8 ? scoped.variables.get(name) : undefined;
    if (!meaning) return "_";
    const text = printScoped(meaning, depth + 1);
    const simple = level === "any" || !/ -> | \* | as /.test(text);
    return simple ? text : `(${text})`;
  });
}

/** The module part of a path: `A.B` of `A.B.t`, and empty for `t`. */
export function modulePathOf(path: string): string {
  // A dot inside the argument of a functor does not separate: `Map.Make(A.B).t`.
  let level = 0;
  for (let at = path.length - 1; at >= 0; at--) {
    if (path[at] === ")") level++;
    else if (path[at] === "(") level--;
    else if (path[at] === "." && level === 0) return path.slice(0, at);
  }
  return "";
}

/** The paths that a name may have when it is used inside a module, the innermost first. */
export function candidatePaths(path: string, scope: string): readonly string[] {
  const found: string[] = [];
  for (let prefix = scope; prefix !== ""; prefix = modulePathOf(prefix)) found.push(`${prefix}.${path}`);
  return [...found, path];
}
