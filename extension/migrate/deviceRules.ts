import { appliesMain, isLocalName, readConfigSource } from "../mirage/config/configSource.ts";
import type { Application, MainCall } from "../mirage/config/dslCalls.ts";
import { readApplications } from "./configCalls.ts";
import { readBrackets } from "../ocaml/brackets.ts";
import { moduleAt, readSource } from "../ocaml/functors.ts";
import type { TextEdit } from "./editedText.ts";
import { moduleOf, withLineEnd, type MigratedProject, type Rule } from "./project.ts";
import { mirageTypesOpen, removedCombinators, removedDevice, removedTypes } from "./removedDevices.ts";
import { withoutRemovedDevices } from "./sourceDevices.ts";

/**
 * Console, time, clocks and random are no functor arguments any more (console since mirage 4.4, the others
 * since 4.9). They leave config.ml, the functors and `start` together, so that these still fit one another.
 */
export const ambientDevices: Rule = {
  since: "4.9.0",
  apply: (project) => {
    for (let i = 0; ; i++) {
      const source = readConfigSource(project.config.text);
      const main = source.mains[i];
      if (!main) break;
      const removed = main.isMirage ? removedPlaces(project, main) : [];
      if (removed.length > 0) project.config.apply(configEdits(project.config.text, main, removed));
    }
    removeAliases(project);
    for (const { edited } of project.modules) {
      edited.apply(withoutRemovedDevices(edited.text));
      const open = mirageTypesOpen(readBrackets(edited.text));
      if (open) edited.apply([{ span: withLineEnd(edited.text, open), text: "" }]);
    }
  },
};

/**
 * The places of a `main`'s parameters that are removed. Empty if the functor in the source has parameters of
 * other module types there, so that removing one side alone would break what fits.
 */
function removedPlaces(project: MigratedProject, main: MainCall): number[] {
  const parameters = main.parameters ?? [];
  const [file = "", ...path] = main.module.value.split(".");
  const module = moduleOf(project, file);
  const functor = module && moduleAt(readSource(module.edited.text), path);
  const declared = functor?.parameters;
  const removed = parameters.flatMap(({ name, isLocal }, place) =>
    name !== undefined && removedTypes.has(name) && !isLocal ? [place] : [],
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

function configEdits(text: string, main: MainCall, removed: readonly number[]): TextEdit[] {
  const parameters = main.parameters ?? [];
  const jobs = applicationsOf(text, main);
  // Without the application, config.ml would no longer compile.
  if (!jobs.every((job) => job.arguments.length === parameters.length) || jobs.length === 0) return [];
  const edits: TextEdit[] = [];
  for (const run of runsOf(removed)) {
    const start = parameters[run.first]?.span.start ?? 0;
    edits.push({ span: { start, end: parameters[run.last + 1]?.span.start ?? main.result }, text: "" });
    for (const job of jobs) {
      const before = job.arguments[run.first - 1] ?? job.functor;
      edits.push({ span: { start: before.span.end, end: job.arguments[run.last]?.span.end ?? 0 }, text: "" });
    }
  }
  const type = main.type;
  // `(job)` needs no parentheses.
  if (type && removed.length === parameters.length && text[type.start] === "(") {
    const from = edits.findIndex(({ span }) => span.start >= type.start && span.end <= type.end);
    if (from >= 0) edits.splice(from, 1, { span: type, text: text.slice(main.result, type.end - 1).trim() });
  }
  return edits;
}

/** Where a `main` is applied: in the list of `register`, or in a binding such as `let app = main $ stack`. */
function applicationsOf(text: string, main: MainCall): Application[] {
  return readApplications(text).filter((job) => appliesMain(job, main));
}

/** Neighbours among sorted numbers, so that their edits do not touch. */
function runsOf(places: readonly number[]): { first: number; last: number }[] {
  const runs: { first: number; last: number }[] = [];
  for (const place of places) {
    const run = runs.at(-1);
    if (run?.last === place - 1) run.last = place;
    else runs.push({ first: place, last: place });
  }
  return runs;
}

/** Removes `let time = default_time` where nothing uses it any more. */
function removeAliases({ config }: MigratedProject): void {
  const source = readConfigSource(config.text);
  const edits: TextEdit[] = [];
  for (const [name, { of, span }] of source.aliases) {
    if (!removedCombinators.has(of)) continue;
    const isUsed = source.words.some(
      (word) => word.name === name && word.span.start > span.end && isLocalName(source, word),
    );
    if (!isUsed) edits.push({ span: withLineEnd(config.text, span), text: "" });
  }
  config.apply(edits);
}
