import type { FunctorGraph } from "../extension/graph/model.ts";
import { combinators } from "./combinators.ts";
import { deviceTypes, otherTypes } from "./deviceTypes.ts";

const code = (text: string) => `\`${text}\``;

/**
 * Markdown on a device or combinator: what it is, becomes and brings, and with a graph what it has
 * become for the target. Undefined for a name that Mirage does not have.
 */
export function combinatorText(
  name: string,
  target: string | undefined,
  graph: FunctorGraph | undefined,
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
    `\`\`\`ocaml\n${name} : ${type}\n\`\`\``,
    documentation,
    ...(now.length > 0
      ? [
          `**Now, for ${target ?? "the target"}:** ${now.map(code).join(", ")}${read.length > 0 ? `, with ${read.map(code).join(", ")}` : ""}`,
        ]
      : []),
    ...(becomes.length > 0
      ? [becomes.map(([where, module]) => `- ${where}: ${code(module)}`).join("\n")]
      : []),
    ...(keys.length > 0 ? [`Options and boot arguments: ${keys.map(code).join(", ")}`] : []),
    ...(packages.length > 0 ? [`Packages: ${packages.map(code).join(", ")}`] : []),
  ].join("\n\n");
}

/** Markdown on a type of the DSL; undefined for a name that is none. */
export function typeText(name: string): string | undefined {
  const device = Object.hasOwn(deviceTypes, name) ? deviceTypes[name] : undefined;
  if (device) {
    return `\`\`\`ocaml\n${name} : ${name} typ\n\`\`\`\n\n${device.documentation}\n\nA functor takes it as ${code(device.signature)}.`;
  }
  const other = Object.hasOwn(otherTypes, name) ? otherTypes[name] : undefined;
  return other === undefined ? undefined : `\`\`\`ocaml\n${name} : ${name} typ\n\`\`\`\n\n${other}`;
}

/** Markdown on a package of config.ml: the version that the lock file has. */
export function packageText(name: string, locked: ReadonlyMap<string, string>, hasLock: boolean): string {
  const version = locked.get(name);
  const page = `[${name} on ocaml.org](https://ocaml.org/p/${name}${version === undefined ? "" : `/${version}`})`;
  if (version !== undefined) return `**${name} ${version}**, as the lock file has it.\n\n${page}`;
  return hasLock
    ? `**${name}** is not in the lock file: lock again to add it.\n\n${page}`
    : `**${name}** has no version yet: there is no lock file.\n\n${page}`;
}
