import type { ConfigSource } from "./dslCalls.ts";
import type { ModuleProvider } from "../modules.ts";
import type { Span } from "../../ocaml/brackets.ts";

/**
 * The edits of config.ml that add a package to the first `main`, or a sublibrary to a package that is listed.
 * Undefined if it is listed already, or if the list of packages is not written out.
 */
export function packageEdits(
  config: ConfigSource,
  { package: name, sublib }: ModuleProvider,
): { readonly span: Span; readonly text: string }[] | undefined {
  const present = config.packages.find((each) => each.name.value === name);
  if (present) {
    if (sublib === undefined || present.sublibs.includes(sublib)) return undefined;
    const label = present.labels.get("sublibs");
    if (!label) return [insert(present.span.end, ` ~sublibs:[ "${sublib}" ]`)];
    const last = label.elements?.at(-1);
    return last && [insert(last.end, `; "${sublib}"`)];
  }
  const text = sublib === undefined ? `package "${name}"` : `package "${name}" ~sublibs:[ "${sublib}" ]`;
  const [main] = config.mains;
  const label = main?.labels.get("packages");
  if (!main) return undefined;
  if (!label) return [insert(main.word.end, ` ~packages:[ ${text} ]`)];
  const list = label.elements ? label.value : config.lists.get("packages");
  if (!list) return undefined;
  const inside = config.packages.filter(({ span }) => list.start <= span.start && span.end <= list.end);
  const last = inside.at(-1);
  return [last ? insert(last.span.end, `; ${text}`) : insert(list.start + 1, ` ${text} `)];
}

const insert = (at: number, text: string) => ({ span: { start: at, end: at }, text });
