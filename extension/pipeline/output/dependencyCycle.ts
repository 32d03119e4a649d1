import { join } from "node:path";
import { sourceRanges } from "../../ocaml/sourceRange.ts";
import { t } from "../../protocol/l10n.ts";
import type { OutputProblem } from "./outputProblem.ts";
import type { ReadText } from "./userSources.ts";

/** A module of a cycle, as dune names it: `transitive deps of dune__exe__A.impl in _build/default/lib`. */
const ofModule =
  /^\s*(?:-> )?transitive deps of (?:\w+__)?(\w+)\.(impl|intf) in _build\/[^/\s]+(?:\/(\S+))?$/;

/**
 * Moves a cycle of modules, which dune reports without a place, to where each of them names the next one. Undefined for
 * any other problem, and for a cycle of files that can't be read.
 */
export function cycleProblem(
  problem: OutputProblem,
  { root, readText }: { readonly root: string; readonly readText: ReadText },
): OutputProblem | undefined {
  if (!/^Dependency cycle between:?\n/.test(problem.message)) return undefined;
  const [, ...lines] = problem.message.split("\n");
  const end = lines.findIndex((line) => !ofModule.test(line));
  const modules = lines.slice(0, end < 0 ? undefined : end).flatMap((line) => {
    const [, name = "", kind, folder = ""] = ofModule.exec(line) ?? [];
    const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}.${kind === "intf" ? "mli" : "ml"}`;
    return { name, file: join(root, folder, file) };
  });
  const uses = modules.flatMap(({ name, file }, index) => {
    const next = modules[index + 1]?.name;
    const text = readText(file);
    if (next === undefined || next === name || text === undefined) return [];
    const at = text.search(new RegExp(`\\b${next}\\b`));
    const message = t("{0} uses {1}", name, next);
    return at < 0 ? [] : { file, range: sourceRanges(text)(at, at + next.length), message };
  });
  const [place, ...related] = uses;
  if (!place) return undefined;
  // The interface and the implementation of a module are two entries.
  const names = modules.map(({ name }) => name).filter((name, index, all) => name !== all[index - 1]);
  const message = t("These modules depend on each other: {0}.", names.join(" → "));
  return { ...problem, file: place.file, range: place.range, message, related };
}
