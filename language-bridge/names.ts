import type { ConfigSource } from "./configSource.ts";
import { readBrackets, type Span } from "./tokens.ts";
import { moduleAt, type SourceModule } from "./unikernelSource.ts";

/** Where a module path leads: a source file, and the names within it. */
export interface Place {
  /** The module path that users write for the file: `Unikernel`, or `Shop.Cart` for a file of a library. */
  readonly file: string;
  /** What is named inside it; empty for the file itself. */
  readonly path: readonly string[];
}

/** A file by the module path that users write for it; undefined where there is none. */
export type SourceOf<T> = (file: string) => T | undefined;

/**
 * The file that has the module, which need not be in it. A library's own module, where it has one, says
 * what others see: `module Cart = Cart` in shop.ml hands on cart.ml.
 */
export function placeOf(module: string, source: SourceOf<SourceModule>): Place | undefined {
  const names = module.split(".");
  for (let length = 1; length <= names.length; length++) {
    const file = names.slice(0, length).join(".");
    const found = source(file);
    if (found) return handedOn({ file, path: names.slice(length) }, found, source);
  }
  return undefined;
}

function handedOn(place: Place, found: SourceModule, source: SourceOf<SourceModule>): Place {
  const { file, path } = place;
  for (let length = 1; length <= path.length; length++) {
    const module = moduleAt(found, path.slice(0, length));
    if (!module) break;
    const [first, ...rest] = module.alias ?? [];
    // The files of a library are below its own; each step leads further down.
    const next = first === undefined ? undefined : `${file}.${first}`;
    const behind = next === undefined ? undefined : source(next);
    // A name of its own for a module within another file is defined here.
    if (next === undefined || !behind || (length === path.length && rest.length > 0)) continue;
    return handedOn({ file: next, path: [...rest, ...path.slice(length)] }, behind, source);
  }
  return place;
}

/** What the text in `main "Unikernel.Main"` names. */
export interface Target {
  /** `Unikernel.Main` */
  readonly module: string;
  /** The file that has it, by its module path; undefined where none is known. */
  readonly file: string | undefined;
  /** The last name of the path. */
  readonly name: string;
  /** The whole path in config.ml, without the quotes. */
  readonly call: Span;
  /** The last name in config.ml. */
  readonly lastName: Span;
  /** The module's name in its file; undefined for the file itself and where it is not seen. */
  readonly definition: Span | undefined;
  /** Of the functor; undefined where they are not seen. */
  readonly parameters: SourceModule["parameters"];
}

/** What each `main` of config.ml names. */
export function targets(config: ConfigSource, source: SourceOf<SourceModule>): Target[] {
  return config.mains.map(({ module: { value, span } }) => {
    const place = placeOf(value, source);
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
 * What `main` can name: files and modules of theirs that have a `start`, or may have one. Of a library
 * with a module of its own only what that hands on.
 */
export function startPaths(files: readonly string[], source: SourceOf<SourceModule>): string[] {
  const all = new Set(files);
  return files.flatMap((file) => {
    const hidden = file.split(".").some((_, at, names) => at > 0 && all.has(names.slice(0, at).join(".")));
    const found = hidden ? undefined : source(file);
    return found ? startsIn(file, file, found, source) : [];
  });
}

/** The paths of a file that users know as `name`. */
function startsIn(
  name: string,
  file: string,
  { start, modules }: SourceModule,
  source: SourceOf<SourceModule>,
): string[] {
  const inner = modules.flatMap((module) => {
    const path = `${name}.${module.name}`;
    const [first, ...rest] = module.alias ?? [];
    const next = `${file}.${first}`;
    const behind = first === undefined || rest.length > 0 ? undefined : source(next);
    if (behind) return startsIn(path, next, behind, source);
    return module.start || module.open ? [path] : [];
  });
  return [...(start ? [name] : []), ...inner];
}

/** Where the target's name stands: in every `main` that names it, at its definition, and where its own file uses it. */
export function renamed(
  all: readonly Target[],
  target: Target,
  source: string,
): { readonly file: "config" | "source"; readonly span: Span }[] {
  const calls = all.filter(({ module }) => module === target.module);
  const { tokens, is } = readBrackets(source);
  const uses = tokens.flatMap((token, at) => {
    const same =
      token.kind === "name" && token.text === target.name && token.start > (target.definition?.start ?? 0);
    // Behind a definition of the same name it would be another module.
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
