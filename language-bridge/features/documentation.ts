import type { FunctorGraph } from "../../extension/graph/model.ts";
import { combinators } from "../../extension/mirage/combinators.ts";
import { deviceTypes, otherTypes } from "../../extension/mirage/deviceTypes.ts";
import { t } from "../../extension/protocol/l10n.ts";

/** The longest line that a hover shows without a scroll bar, in characters. */
const maxLineLength = 72;

const code = (text: string) => `\`${text}\``;

/**
 * Documentation of a device or combinator as Markdown: its description, modules, options and packages,
 * and with a graph the modules that the target uses. `typed` is false if a language server shows the type
 * in the same hover. Undefined for names that Mirage does not define.
 */
export function combinatorMarkdown(
  name: string,
  target: string | undefined,
  graph: FunctorGraph | undefined,
  typed = true,
): string | undefined {
  const entry = Object.hasOwn(combinators, name) ? combinators[name] : undefined;
  if (!entry) return undefined;
  const { type, documentation, becomes, keys, packages } = entry;
  const nodes = graph?.nodes.filter(({ path }) =>
    becomes.some(
      ([, module]) => path === module || (module === "Static_FOLDER" && path.startsWith("Static_")),
    ),
  );
  const modules = [...new Set(nodes?.map(({ path }) => path))];
  const options = [...new Set(nodes?.flatMap((node) => node.keys))];
  return [
    ...(typed ? [`\`\`\`ocaml\n${signature(name, type)}\n\`\`\``] : []),
    documentation,
    ...(modules.length > 0
      ? [
          `**${target === undefined ? t("Currently:") : t("Currently for {0}:", target)}** ${options.length > 0 ? t("{0}, with {1}", modules.map(code).join(", "), options.map(code).join(", ")) : modules.map(code).join(", ")}`,
        ]
      : []),
    ...(becomes.length > 0
      ? [becomes.map(([where, module]) => `- ${where}: ${code(module)}`).join("\n")]
      : []),
    ...(keys.length > 0 ? [t("Options and boot arguments: {0}", keys.map(code).join(", "))] : []),
    ...(packages.length > 0 ? [t("Packages: {0}", packages.map(code).join(", "))] : []),
  ].join("\n\n");
}

/** The signature; a long type is broken at its arrows, as OCaml's own tools print it. */
function signature(name: string, type: string): string {
  const line = `${name} : ${type}`;
  return line.length <= maxLineLength ? line : `${name} :\n  ${type.replaceAll(" -> ", " ->\n  ")}`;
}

/** Documentation of a type of the DSL as Markdown; undefined for other names. */
export function typeMarkdown(name: string): string | undefined {
  const device = Object.hasOwn(deviceTypes, name) ? deviceTypes[name] : undefined;
  if (device) {
    return `\`\`\`ocaml\n${name} : ${name} typ\n\`\`\`\n\n${device.documentation}\n\n${t("Module type of the functor parameter: {0}.", code(device.signature))}`;
  }
  const other = Object.hasOwn(otherTypes, name) ? otherTypes[name] : undefined;
  return other === undefined ? undefined : `\`\`\`ocaml\n${name} : ${name} typ\n\`\`\`\n\n${other}`;
}
