import type { FunctorGraph } from "../extension/graph/model.ts";
import { combinators } from "./combinators.ts";
import { deviceTypes, otherTypes } from "./deviceTypes.ts";
import { t } from "../extension/platform/l10n.ts";

/** What a hover shows without a scroll bar. */
const longestLine = 72;

const code = (text: string) => `\`${text}\``;

/**
 * Markdown on a device or combinator: what it is, becomes and brings, and with a graph what it has
 * become for the target. Without its type where a language server tells that beside it. Undefined for a
 * name that Mirage does not have.
 */
export function combinatorText(
  name: string,
  target: string | undefined,
  graph: FunctorGraph | undefined,
  typed = true,
): string | undefined {
  const found = Object.hasOwn(combinators, name) ? combinators[name] : undefined;
  if (!found) return undefined;
  const { type, documentation, becomes, keys, packages } = found;
  const nodes = graph?.nodes.filter(({ path }) =>
    becomes.some(
      ([, module]) => path === module || (module === "Static_FOLDER" && path.startsWith("Static_")),
    ),
  );
  const now = [...new Set(nodes?.map(({ path }) => path))];
  const read = [...new Set(nodes?.flatMap((node) => node.keys))];
  return [
    ...(typed ? [`\`\`\`ocaml\n${signature(name, type)}\n\`\`\``] : []),
    documentation,
    ...(now.length > 0
      ? [
          `**${target === undefined ? t("Now:") : t("Now, for {0}:", target)}** ${read.length > 0 ? t("{0}, with {1}", now.map(code).join(", "), read.map(code).join(", ")) : now.map(code).join(", ")}`,
        ]
      : []),
    ...(becomes.length > 0
      ? [becomes.map(([where, module]) => `- ${where}: ${code(module)}`).join("\n")]
      : []),
    ...(keys.length > 0 ? [t("Options and boot arguments: {0}", keys.map(code).join(", "))] : []),
    ...(packages.length > 0 ? [t("Packages: {0}", packages.map(code).join(", "))] : []),
  ].join("\n\n");
}

/** A long type has an argument on each line, as OCaml's own tools print it. */
function signature(name: string, type: string): string {
  const line = `${name} : ${type}`;
  return line.length <= longestLine ? line : `${name} :\n  ${type.replaceAll(" -> ", " ->\n  ")}`;
}

/** Markdown on a type of the DSL; undefined for a name that is none. */
export function typeText(name: string): string | undefined {
  const device = Object.hasOwn(deviceTypes, name) ? deviceTypes[name] : undefined;
  if (device) {
    return `\`\`\`ocaml\n${name} : ${name} typ\n\`\`\`\n\n${device.documentation}\n\n${t("A functor takes it as {0}.", code(device.signature))}`;
  }
  const other = Object.hasOwn(otherTypes, name) ? otherTypes[name] : undefined;
  return other === undefined ? undefined : `\`\`\`ocaml\n${name} : ${name} typ\n\`\`\`\n\n${other}`;
}

/** Markdown on a package of config.ml: the version that the lock file has. */
export function packageText(name: string, locked: ReadonlyMap<string, string>, hasLock: boolean): string {
  const version = locked.get(name);
  const page = `[${t("{0} on ocaml.org", name)}](https://ocaml.org/p/${name}${version === undefined ? "" : `/${version}`})`;
  if (version !== undefined)
    return `${t("{0}, as the lock file has it.", `**${name} ${version}**`)}\n\n${page}`;
  return hasLock
    ? `${t("{0} is not in the lock file: lock again to add it.", `**${name}**`)}\n\n${page}`
    : `${t("{0} has no version yet: there is no lock file.", `**${name}**`)}\n\n${page}`;
}
