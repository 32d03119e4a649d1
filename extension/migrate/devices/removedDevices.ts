import { ambientDevices, removedTypes as ambientTypes } from "../../mirage/migrations.ts";
import type { TypeOperand } from "../../mirage/config/dslCalls.ts";
import { readBrackets, type BracketedTokens, type Span } from "../../ocaml/brackets.ts";
import { moduleAt, readSource, type FunctorParameter, type SourceModule } from "../../ocaml/functors.ts";
import { moduleNamed, type MigratedProject } from "../project.ts";

/** A device that is no longer a functor argument. */
export type RemovedDevice = "console" | "time" | "pclock" | "mclock" | "random";

/** Module types of functor parameters that are gone, from mirage 3.0 to 4.8. */
const moduleTypes: readonly (readonly [RegExp, RemovedDevice])[] = [
  [/^(?:Mirage_console(?:_lwt)?\.S|Mirage_types(?:_lwt)?\.CONSOLE)$/, "console"],
  [/^(?:Mirage_time(?:_lwt)?\.S|Mirage_types(?:_lwt)?\.TIME)$/, "time"],
  [/^(?:Mirage_clock(?:_lwt)?|Mirage_types(?:_lwt)?)\.PCLOCK$/, "pclock"],
  [/^(?:Mirage_clock(?:_lwt)?|Mirage_types(?:_lwt)?)\.MCLOCK$/, "mclock"],
  [/^(?:Mirage_random\.[SC]|Mirage_crypto_rng_mirage\.S|Mirage_types(?:_lwt)?\.RANDOM)$/, "random"],
];

/**
 * The removed device that a functor parameter stands for, by its module type; undefined for others.
 * `opensTypes` tells whether the file opens the module types of mirage 3 (see `mirageTypesOpen`).
 */
export function removedDevice(
  { signature = "" }: FunctorParameter,
  opensTypes: boolean,
): RemovedDevice | undefined {
  const written = signature.replaceAll(/\s*\.\s*/g, ".");
  const path = opensTypes && !written.includes(".") ? `Mirage_types.${written}` : written;
  return moduleTypes.find(([pattern]) => pattern.test(path))?.[1];
}

/** The `open` of the module types of mirage 3, such as `open Mirage_types_lwt`, if the file has one. */
export function mirageTypesOpen({ tokens, is }: BracketedTokens): Span | undefined {
  const at = tokens.findIndex(
    (_, i) => is(i, "open") && (is(i + 1, "Mirage_types_lwt") || is(i + 1, "Mirage_types")),
  );
  const [first, last] = [tokens[at], tokens[at + 1]];
  return first && last ? { start: first.start, end: last.end } : undefined;
}

/** The names of the types in config.ml. */
export const removedDeviceTypes: ReadonlySet<string> = new Set([...ambientTypes, "console", "random"]);

/** The combinators in config.ml that made these devices. */
export const removedCombinators: ReadonlySet<string> = new Set([
  ...ambientDevices,
  "default_console",
  "console_of_id",
  "custom_console",
  "stdlib_random",
  "nocrypto_random",
]);

/** Every functor of a file with the modules inside it, the file itself excluded. */
export function functorsOf(text: string): SourceModule[] {
  const found: SourceModule[] = [];
  const visit = (module: SourceModule): void => {
    for (const inner of module.modules) {
      found.push(inner);
      visit(inner);
    }
  };
  visit(readSource(text));
  return found;
}

/** The module and the parameters of a `main` or a device. */
export interface MainType {
  /** Such as `Unikernel.Main`. */
  readonly module: string;
  readonly parameters: readonly TypeOperand[];
}

/**
 * The places of a functor's parameters that are removed. Empty if the functor in the source has parameters of
 * other module types there, so that removing one side alone would break what fits.
 */
export function removedPlaces(project: MigratedProject, { module: named, parameters }: MainType): number[] {
  const [file = "", ...path] = named.split(".");
  const module = moduleNamed(project, file);
  const functor = module && moduleAt(readSource(module.edited.text), path);
  const declared = functor?.parameters;
  const removed = parameters.flatMap(({ name, isLocal }, place) =>
    name !== undefined && removedDeviceTypes.has(name) && !isLocal ? [place] : [],
  );
  if (!declared || !module) {
    // `random` alone can also be an argument of `register` or of a device of the file's own.
    return removed.some((place) => parameters[place]?.name !== "random") ? removed : [];
  }
  if (declared.length !== parameters.length) return [];
  const opensTypes = mirageTypesOpen(readBrackets(module.edited.text)) !== undefined;
  const inSource = declared.flatMap((parameter, place) =>
    removedDevice(parameter, opensTypes) ? [place] : [],
  );
  return inSource.length === removed.length && inSource.every((place, i) => place === removed[i])
    ? removed
    : [];
}
