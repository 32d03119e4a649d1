import { relative, sep } from "node:path";
import { t } from "../../protocol/l10n.ts";
import { cycleProblem } from "./dependencyCycle.ts";
import { headerCode, type OutputProblem } from "./outputProblem.ts";
import { isGenerated, isMirageSource } from "./location.ts";
import {
  headerPlace,
  packagePlace,
  registerPlace,
  userCause,
  withoutTargets,
  type UserFiles,
} from "./userCause.ts";

export interface ProblemFiles extends UserFiles {
  readonly root: string;
  readonly readLine: (file: string, line: number) => string | undefined;
}

/**
 * Moves a problem of the version header to the header, and a problem of a generated or fetched file to the place in the
 * user's files that causes it. A problem whose cause is not known is at the call of `register` in config.ml, from which mirage
 * generates the file. Only a mistake in a generated dune file itself, which someone has edited, stays there.
 */
export function atUserCause(problem: OutputProblem, files: ProblemFiles): OutputProblem {
  const { file, range, message } = problem;
  if (problem.code === headerCode) return { ...problem, ...headerPlace(files) };
  const ofMirage = isMirageSource(file) && files.readText(file) === undefined;
  const generated = ofMirage || isGenerated(file, files.configFile);
  if (!generated && !isFetched(file, files)) return problem;
  // A linker names the source of the object file.
  const linked = generated ? problem.related.find((each) => isOwn(each.file, files)) : undefined;
  const cause =
    userCause({ file, message, lineText: () => files.readLine(file, range.startLine) }, files) ??
    (linked && { file: linked.file, range: linked.range });
  const related = problem.related.filter((each) => each !== linked);
  if (cause) {
    const reported = generated ? [] : [{ file, range, message: t("Reported in this dependency") }];
    return { ...problem, ...cause, related: [...related, ...reported] };
  }
  if (!generated) return problem;
  const register = registerPlace(files);
  // The code of a device has no file here.
  if (ofMirage) return { ...problem, ...register };
  const isAboutFile = !file.endsWith("main.ml") && !failsWhileBuilding.test(message);
  if (!isAboutFile && files.readText(files.configFile) !== undefined)
    return {
      ...problem,
      ...register,
      message: withoutTargets(message),
      related: [...related, { file, range, message: t("Reported in generated code") }],
    };
  return {
    ...problem,
    related: [...related, { ...register, message: t("mirage generates this file from config.ml") }],
  };
}

/**
 * What dune reports at a generated dune file although the file is correct: a library or program that is missing, and what the
 * C compiler and the linker print.
 */
const failsWhileBuilding =
  /^Library "|^Program \S+ not found|fatal error: |\bld(?:\.\w+)?: |^collect2: |Error during linking/m;

/** Whether a path is in `duniverse/`, which opam-monorepo writes. */
function isFetched(path: string, { root }: ProblemFiles): boolean {
  return relative(root, path).split(sep).includes("duniverse");
}

/** Whether a file was written by the user: neither generated nor built nor fetched. */
function isOwn(path: string, files: ProblemFiles): boolean {
  const inside = relative(files.root, path).split(sep);
  if (inside[0] === ".." || inside[0] === "_build" || isFetched(path, files)) return false;
  return !isGenerated(path, files.configFile);
}

/**
 * Moves a problem of opam-monorepo to the packages that it names, each at its `package` in config.ml, and at `register` for
 * a package that others require, and a cycle of modules to these. Returns any other problem as it is.
 */
export function packageProblems(problem: OutputProblem, files: ProblemFiles): readonly OutputProblem[] {
  const { message } = problem;
  const cycle = cycleProblem(problem, files);
  if (cycle) return [cycle];
  if (message.startsWith("Can't find all required versions")) return solverProblems(problem, files);
  if (message.startsWith("Some dependencies cannot be built with dune")) return notDune(problem, files);
  // A folder is named after the repository, which often has the name of its package.
  const folder = /^Failed to pull .*?[\\/]duniverse[\\/]([^\\/]+?): /.exec(message)?.[1];
  if (folder === undefined) return [problem];
  return [{ ...problem, ...(packagePlace(folder, files) ?? registerPlace(files)) }];
}

/**
 * Splits the report of opam-monorepo's solver into one problem for each package that config.ml names, at its `package`, and
 * one for the others. The whole report is very long, so only packages with a problem are kept.
 */
function solverProblems(problem: OutputProblem, files: ProblemFiles): readonly OutputProblem[] {
  const [first = "", ...blocks] = problem.message.split(/\n(?=\S)/);
  const rest: string[] = [];
  const found: OutputProblem[] = [];
  for (const block of blocks) {
    const name = /^- (\S+) -> \(problem\)/.exec(block)?.[1];
    if (name === undefined) continue;
    const place = packagePlace(name, files);
    if (place) found.push({ ...problem, ...place, message: `${first}\n${block}` });
    else rest.push(block);
  }
  const others = { ...problem, message: [first, ...rest].join("\n") };
  return rest.length > 0 || found.length === 0 ? [...found, others] : found;
}

/** One problem for each package that does not use dune, without the general advice below the list. */
function notDune(problem: OutputProblem, files: ProblemFiles): readonly OutputProblem[] {
  const [first = ""] = problem.message.split("\n");
  const names = [...problem.message.matchAll(/^- (\S+)$/gm)].map(([, name = ""]) => name);
  if (names.length === 0) return [{ ...problem, ...registerPlace(files) }];
  return names.map((name) => ({
    ...problem,
    ...(packagePlace(name, files) ?? registerPlace(files)),
    message: `${first}\n- ${name}`,
  }));
}
