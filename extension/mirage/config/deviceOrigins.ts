import { combinators } from "../combinators.ts";
import { deviceCombinator } from "../deviceModules.ts";
import type { BracketedTokens } from "../../ocaml/brackets.ts";
import type { DeviceOrigins, MainCall } from "./dslCalls.ts";
import { evaluateConfig, resolveName, type Value } from "./deviceExpressions.ts";
import type { MirageModule } from "./mirageModule.ts";

/** Who made a device: a combinator of mirage, or config.ml itself with `impl` or `Device.v`. */
type Origin = "mirage" | "own" | "unknown";

/** Words without which a config.ml cannot make a device that is not mirage's. */
const makers: ReadonlySet<string> = new Set([
  "impl",
  "of_device",
  "abstract",
  "Device",
  "Functoria",
  "class",
  "object",
  "external",
]);

/**
 * Finds which devices and types of a config.ml are mirage's own. The file is evaluated when a device is
 * first queried. Never fails.
 */
export function deviceOrigins(text: string, brackets: BracketedTokens, mirage: MirageModule): DeviceOrigins {
  const { tokens } = brackets;
  const ownTypes = typeNames(brackets);
  const isOpenedElsewhere = (offset: number) =>
    mirage.otherOpens.some(({ start, end }) => start <= offset && offset < end);
  const mayMakeDevices =
    mirage.otherOpens.length > 0 || tokens.some((token) => token.kind === "name" && makers.has(token.text));
  let jobs: ReadonlyMap<number, readonly (readonly Value[])[]> | undefined;

  const originOf = (value: Value): Origin => {
    const made = resolveName(value);
    switch (made.kind) {
      case "applied":
        return originOf(made.functor);
      case "choice":
        return leastCertain(made.options.map(originOf));
      case "made": {
        if (made.path !== undefined) return "own";
        const name = made.name.replace(/#\d+$/, "");
        const isKnown = deviceCombinator(name) !== undefined || Object.hasOwn(combinators, name);
        return isKnown && !isOpenedElsewhere(made.word.start) ? "mirage" : "unknown";
      }
      case "items":
      case "closure":
      case "nothing":
        return "unknown";
    }
  };

  return {
    isMirageDevice: (main: MainCall, place: number) => {
      jobs ??= argumentsOfMains(text);
      const uses = jobs.get(main.word.end) ?? [];
      const origins = uses.map((given) => {
        const value = given[place];
        return value ? originOf(value) : "unknown";
      });
      const origin = origins.length > 0 ? leastCertain(origins) : "unknown";
      return origin === "mirage" || (origin === "unknown" && !mayMakeDevices);
    },
    isMirageName: (name, offset) => !ownTypes.has(name) && !isOpenedElsewhere(offset),
  };
}

function leastCertain(origins: readonly Origin[]): Origin {
  if (origins.includes("own")) return "own";
  return origins.length === 0 || origins.includes("unknown") ? "unknown" : "mirage";
}

/** The arguments of each registered application of a `main`, by the offset at which the word `main` ends. */
function argumentsOfMains(text: string): ReadonlyMap<number, readonly (readonly Value[])[]> {
  const found = new Map<number, (readonly Value[])[]>();
  const visit = (value: Value, given: readonly Value[]): void => {
    const job = resolveName(value);
    if (job.kind === "applied") visit(job.functor, [...job.arguments, ...given]);
    else if (job.kind === "choice") for (const option of job.options) visit(option, given);
    else if (job.kind === "items") for (const item of job.items) visit(item, given);
    else if (job.kind === "made" && job.path !== undefined)
      found.set(job.word.end, [...(found.get(job.word.end) ?? []), given]);
  };
  for (const { jobs } of evaluateConfig(text)) for (const job of jobs) visit(job, []);
  return found;
}

/** The names of the types that a file defines. */
function typeNames({ tokens, is }: BracketedTokens): ReadonlySet<string> {
  const names = tokens.flatMap(({ kind, text }, at) =>
    kind === "name" && ["type", "nonrec", "and"].some((word) => is(at - 1, word)) ? [text] : [],
  );
  return new Set(names);
}
