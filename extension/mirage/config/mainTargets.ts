import type { ConfigSource } from "./dslCalls.ts";
import { readBrackets, type Span } from "../../ocaml/brackets.ts";
import { moduleAt, type SourceModule } from "../../ocaml/functors.ts";

/** The source file of a module path, and the rest of the path inside that file. */
export interface ModuleLocation {
  /** The module path that users write for the file: `Unikernel`, or `Shop.Cart` for a file of a library. */
  readonly file: string;
  /** The path inside the file; empty for the file itself. */
  readonly path: readonly string[];
}

/** Returns a file by the module path that users write for it, or undefined if there is none. */
export type SourceLookup<T> = (file: string) => T | undefined;

/**
 * Finds the file that should define a module; the module itself may be missing in it. If a library has a
 * main module, that decides what others see: `module Cart = Cart` in shop.ml exports cart.ml.
 */
export function moduleLocation(
  module: string,
  source: SourceLookup<SourceModule>,
): ModuleLocation | undefined {
  const names = module.split(".");
  for (let length = 1; length <= names.length; length++) {
    const file = names.slice(0, length).join(".");
    const found = source(file);
    if (found) return followAlias({ file, path: names.slice(length) }, found, source);
  }
  return undefined;
}

function followAlias(
  place: ModuleLocation,
  found: SourceModule,
  source: SourceLookup<SourceModule>,
): ModuleLocation {
  const { file, path } = place;
  for (let length = 1; length <= path.length; length++) {
    const module = moduleAt(found, path.slice(0, length));
    if (!module) break;
    const [first, ...rest] = module.alias ?? [];
    // The paths of a library's files begin with its own; each step leads to a longer one.
    const next = first === undefined ? undefined : `${file}.${first}`;
    const aliased = next === undefined ? undefined : source(next);
    // An alias for a module inside another file is defined here.
    if (next === undefined || !aliased || (length === path.length && rest.length > 0)) continue;
    return followAlias({ file: next, path: [...rest, ...path.slice(length)] }, aliased, source);
  }
  return place;
}

/** The module that the string in `main "Unikernel.Main"` names. */
export interface MainTarget {
  /** `Unikernel.Main` */
  readonly module: string;
  /** The file that defines it, by its module path; undefined if no file is known. */
  readonly file: string | undefined;
  /** The last name of the path. */
  readonly name: string;
  /** The whole path in config.ml, without the quotes. */
  readonly call: Span;
  /** The last name in config.ml. */
  readonly lastName: Span;
  /** The module's name in its file; undefined for the file itself, or if the module was not found. */
  readonly definition: Span | undefined;
  /** The parameters of the functor; undefined if they were not found. */
  readonly parameters: SourceModule["parameters"];
}

/** Finds the module that each `main` of config.ml names. */
export function mainTargets(config: ConfigSource, source: SourceLookup<SourceModule>): MainTarget[] {
  return config.mains.map(({ module: { value, span } }) => {
    const place = moduleLocation(value, source);
    const name = value.split(".").at(-1) ?? value;
    const found = place && source(place.file);
    const module = found && place.path.length > 0 ? moduleAt(found, place.path) : undefined;
    return {
      module: value,
      file: place?.file,
      name,
      call: span,
      lastName: { start: span.end - name.length, end: span.end },
      definition: module?.nameSpan,
      parameters: module?.parameters,
    };
  });
}

/**
 * The paths that `main` can name: files and modules with a `start`, or which may have one. Of a library with
 * a main module, only what that exports.
 */
export function startPaths(files: readonly string[], source: SourceLookup<SourceModule>): string[] {
  const all = new Set(files);
  return files.flatMap((file) => {
    const hidden = file.split(".").some((_, at, names) => at > 0 && all.has(names.slice(0, at).join(".")));
    const found = hidden ? undefined : source(file);
    return found ? startsIn(file, file, found, source) : [];
  });
}

/** The paths of a file that users write as `name`. */
function startsIn(
  name: string,
  file: string,
  { start, modules }: SourceModule,
  source: SourceLookup<SourceModule>,
): string[] {
  const inner = modules.flatMap((module) => {
    const path = `${name}.${module.name}`;
    const [first, ...rest] = module.alias ?? [];
    const next = `${file}.${first}`;
    const aliased = first === undefined || rest.length > 0 ? undefined : source(next);
    if (aliased) return startsIn(path, next, aliased, source);
    return module.start || module.open ? [path] : [];
  });
  return [...(start ? [name] : []), ...inner];
}

/** The spans to rename: in every `main` that names the target, at its definition, and at its uses in its own file. */
export function renameSpans(
  all: readonly MainTarget[],
  target: MainTarget,
  source: string,
): { readonly file: "config" | "source"; readonly span: Span }[] {
  const calls = all.filter(({ module }) => module === target.module);
  const { tokens, is } = readBrackets(source);
  const uses = tokens.flatMap((token, at) => {
    const same =
      token.kind === "name" && token.text === target.name && token.start > (target.definition?.start ?? 0);
    // A use before the definition refers to another module of the same name.
    const used =
      same &&
      !is(at - 1, ".") &&
      !is(at - 1, "module") &&
      (is(at + 1, ".") || is(at - 1, "open") || is(at - 1, "include"));
    return used ? [{ file: "source" as const, span: { start: token.start, end: token.end } }] : [];
  });
  const definition = target.definition ? [{ file: "source" as const, span: target.definition }] : [];
  return [
    ...calls.map(({ lastName }) => ({ file: "config" as const, span: lastName })),
    ...definition,
    ...uses,
  ];
}
