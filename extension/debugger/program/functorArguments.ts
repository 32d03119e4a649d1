import { basename } from "node:path";
import { readBrackets } from "../../ocaml/brackets.ts";
import type { Declarations } from "../values/declarations.ts";
import type { ProgramSources } from "./sources.ts";

/** The parameters of a functor, by name, with the paths of the modules that it gets. */
export type FunctorArguments = ReadonlyMap<string, string>;

/**
 * Reads which modules the functor `MODULE.NAME` gets in the `main.ml` that mirage generates. `source` is the file of the
 * functor, `others` are the user's other files. Undefined unless it is certain that this is the only application, and that
 * the names of the parameters mean nothing else in the functor.
 */
export function functorArguments(
  { module, name }: { readonly module: string; readonly name: string },
  texts: { readonly main: string; readonly source: string; readonly others: readonly string[] },
): FunctorArguments | undefined {
  const parameters = parametersOf(texts.source, name);
  const applications = applicationsOf(texts.main, module, name);
  const [application] = applications;
  if (!parameters || !application || applications.length !== 1) return undefined;
  const isApplied = new RegExp(`(?<!\\bmodule\\s+)\\b${name}\\s*\\(`);
  if ([texts.source, ...texts.others].some((text) => isApplied.test(text))) return undefined;
  if (application.length !== parameters.length) return undefined;
  const generated = new Set(texts.main.match(/(?<=^module )\w+/gm));
  return new Map(
    parameters.map((parameter, index): [string, string] => {
      const path = application[index] ?? "";
      const [first = ""] = path.split(".");
      return [parameter, generated.has(first) ? `Dune__exe__Main.${path}` : path];
    }),
  );
}

/** The names of the parameters of `module NAME (S : T) (U : V) = …`. */
function parametersOf(text: string, name: string): readonly string[] | undefined {
  const { tokens, is, after } = readBrackets(text);
  const definitions = tokens.flatMap((_, at) => (is(at, name) && is(at - 1, "module") ? [at] : []));
  const [definition] = definitions;
  if (definition === undefined || definitions.length !== 1) return undefined;
  const parameters: string[] = [];
  for (let at = definition + 1; is(at, "("); at = after(at)) {
    const parameter = tokens[at + 1];
    if (!parameter || !/^\p{Lu}/u.test(parameter.text)) return undefined;
    parameters.push(parameter.text);
  }
  const isHidden = (parameter: string) =>
    tokens.some((_, at) => is(at, parameter) && is(at - 1, "module")) ||
    new Set(parameters).size < parameters.length;
  return parameters.some(isHidden) ? undefined : parameters;
}

/** The arguments of each `MODULE.NAME(A)(B)`, if these are paths. */
function applicationsOf(text: string, module: string, name: string): readonly (readonly string[])[] {
  const { tokens, is, closing, after } = readBrackets(text);
  return tokens.flatMap((_, at) => {
    if (!is(at, name) || !is(at - 1, ".") || !is(at - 2, module) || is(at - 3, ".")) return [];
    const found: string[] = [];
    for (let open = at + 1; is(open, "("); open = after(open)) {
      const close = closing(open) ?? open + 1;
      const path = text.slice(tokens[open]?.end, tokens[close]?.start).trim();
      if (!/^[A-Z][\w']*(?:\.[A-Z][\w']*)*$/.test(path)) return [[]];
      found.push(path);
    }
    return [found];
  });
}

/** Returns declarations that know the types of the parameters of the functor in which a definition is. Cached. */
export function declarationsInFunctors(
  declarations: Declarations,
  sources: ProgramSources,
): (definition: string | undefined) => Declarations {
  const cache = new Map<string, Declarations>();
  const read = async (unit: string, name: string): Promise<FunctorArguments | undefined> => {
    const module = unit.replace(/^Dune__exe__/, "");
    const users = sources.all().filter(({ path }) => sources.isUser(path));
    const file = `${module.slice(0, 1).toLowerCase()}${module.slice(1)}.ml`;
    const source = users.filter(({ path }) => basename(path) === file);
    const generated = sources.all().find(({ path }) => path.endsWith("/mirage/main.ml"));
    const [only] = source;
    if (!only || source.length !== 1 || !generated || module === unit) return undefined;
    const texts = await Promise.all(
      [generated, only, ...users.filter((each) => each !== only)].map(({ path }) => sources.builtText(path)),
    );
    const [mainText, sourceText, ...others] = texts;
    if (mainText === undefined || sourceText === undefined) return undefined;
    const known = others.filter((text) => text !== undefined);
    if (known.length !== others.length) return undefined;
    return functorArguments({ module, name }, { main: mainText, source: sourceText, others: known });
  };
  return (definition) => {
    const [unit = "", name = ""] = definition?.split(".") ?? [];
    if (!/^\p{Lu}/u.test(name)) return declarations;
    const key = `${unit}.${name}`;
    const cached = cache.get(key);
    if (cached) return cached;
    let found: Promise<FunctorArguments | undefined> | undefined;
    const inFunctor: Declarations = async (path) => {
      const declaration = await declarations(path);
      const [first = ""] = path.split(".");
      if (declaration !== undefined || first === path) return declaration;
      found ??= read(unit, name).catch(() => undefined);
      const actual = (await found)?.get(first);
      return actual === undefined ? undefined : declarations(actual + path.slice(first.length));
    };
    cache.set(key, inFunctor);
    return inFunctor;
  };
}
