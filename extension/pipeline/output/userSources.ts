import { dirname, join } from "node:path";
import { readConfigSource } from "../../mirage/config/parseConfig.ts";
import { readBrackets } from "../../ocaml/brackets.ts";

/** Returns the text of a file, or undefined if it cannot be read. */
export type ReadText = (path: string) => string | undefined;

/** Whether a text is the path of a module, such as `Unikernel.Main`, as config.ml should have it. */
export const isModulePath = (text: string): boolean =>
  /^\p{Lu}[\p{L}\d_']*(?:\.\p{Lu}[\p{L}\d_']*)*$/u.test(text);

/** The path of the file that defines a module such as `Unikernel.Main`, which lies next to config.ml. */
export function fileOfModule(configFile: string, module: string): string {
  const [name = ""] = module.split(".");
  return join(dirname(configFile), `${name.charAt(0).toLowerCase()}${name.slice(1)}.ml`);
}

/** The files that the calls of `main` in config.ml name, and unikernel.ml. */
export function userSources(configFile: string, readText: ReadText): readonly string[] {
  const { mains } = readConfigSource(readText(configFile) ?? "");
  const modules = ["Unikernel", ...mains.map(({ module }) => module.value).filter(isModulePath)];
  return [...new Set(modules.map((module) => fileOfModule(configFile, module)))];
}

/** Numbers of tokens: of the labels before a list of names, and of such a list. */
const limits = { labels: 60, names: 40 };

/**
 * Boot arguments of mirage's own devices that were options of `mirage configure` before 4.5; `--help` of a unikernel lists
 * them. Those of a network device may have the name of its group before them.
 */
const deviceArguments =
  /^(?:(.+)-)?(?:ipv4|ipv4-gateway|ipv4-only|ipv6|ipv6-gateway|ipv6-only|accept-router-advertisements|dns-servers)$/;
const programArguments: ReadonlySet<string> = new Set([
  "l",
  "logs",
  "delay",
  "backtrace",
  "randomize-hashtables",
]);

/** Whether an option without its dashes is a boot argument: of the unikernel's code or of mirage's devices. */
export function isBootArgument(name: string, configFile: string, readText: ReadText): boolean {
  if (programArguments.has(name) || registeredArguments(configFile, readText).has(name)) return true;
  const device = deviceArguments.exec(name);
  if (!device) return false;
  const [, group] = device;
  const text = readText(configFile) ?? "";
  return group === undefined || [...text.matchAll(/~group:\s*"([^"]*)"/g)].some(([, each]) => each === group);
}

/**
 * The names of the boot arguments that the unikernel's code registers: those in `Arg.info ["name"]` of the files that use
 * `Mirage_runtime`.
 */
export function registeredArguments(configFile: string, readText: ReadText): ReadonlySet<string> {
  const names = new Set<string>();
  for (const file of userSources(configFile, readText)) {
    const text = readText(file) ?? "";
    if (!text.includes("Mirage_runtime")) continue;
    const { tokens, is } = readBrackets(text);
    for (const [i, token] of tokens.entries()) {
      if (token.kind !== "name" || token.text !== "info") continue;
      let at = i + 1;
      // Labels such as `~doc:"…"` may come before the list of names.
      while (at < i + limits.labels && at < tokens.length && !is(at, "[")) at++;
      if (!is(at, "[")) continue;
      for (const end = at + limits.names; at < end && !is(at, "]"); at++) {
        const name = tokens[at];
        if (name?.kind === "string") names.add(name.text);
      }
    }
  }
  return names;
}
