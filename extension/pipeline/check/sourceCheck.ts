import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { CapturedOutput } from "../../platform/capture.ts";
import { readText } from "../../platform/readText.ts";
import { isTarget, targets } from "../../mirage/targets.ts";
import type { ProjectState, Unikernel } from "../../project/model.ts";
import { duneResetReason } from "../../project/state.ts";
import { outputParser } from "../output/diagnostics.ts";
import { functorCode, type OutputProblem } from "../output/outputProblem.ts";

type Checked = Pick<Unikernel, "root" | "buildDir" | "configFile">;

/** The result of a check, and the texts that it read, by path. */
export interface SourceCheck {
  readonly problems: readonly OutputProblem[];
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * The arguments with which dune, started in the root, compiles the modules beside config.ml and main.ml to bytecode, without
 * linking. Undefined if no build has compiled the dependencies in the context of the target: then a check could take minutes.
 */
export async function checkArguments(
  { root, buildDir }: Checked,
  state: Pick<ProjectState, "configured" | "stale">,
): Promise<readonly string[] | undefined> {
  const target = state.configured?.target ?? "";
  if (!isTarget(target) || state.stale.some(({ reason }) => reason === duneResetReason)) return undefined;
  const folder = ["_build", targets[target].context, ...relative(root, buildDir).split(sep)]
    .filter(Boolean)
    .join("/");
  const compiled = (await readdir(join(root, folder)).catch(() => [])).some((name) =>
    /^\..+\.eobjs$/.test(name),
  );
  // The profile is that of the generated Makefile, since another one would compile everything again. `@@` means only this
  // folder, not the dependencies below it.
  return compiled ? ["build", "--profile", "release", "--root", ".", `@@${folder}/check`] : undefined;
}

/** Reads the sources beside config.ml, with which a check compares dune's locations. */
async function readSources({ buildDir, configFile }: Checked): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(buildDir)).filter((name) => /\.mli?$/.test(name));
  const files = [configFile, ...names.map((name) => join(buildDir, name))];
  const read = files.map(async (file) => [file, await readFile(file, "utf8")] as const);
  return new Map(await Promise.all(read));
}

/**
 * Runs a check. Resolves to undefined if it has no result, for example because another dune is building.
 * `isConfigStale`: config.ml has changed since configure, so that main.ml may not match the functor.
 */
export async function checkSources(
  unikernel: Checked,
  isConfigStale: boolean,
  runDune: () => Promise<CapturedOutput>,
): Promise<SourceCheck | undefined> {
  const { configFile } = unikernel;
  const texts = await readSources(unikernel);
  const output = await runDune();
  if (output.result.kind !== "exited") return undefined;
  const all = problemsIn(output, unikernel, texts);
  const problems = all.filter((each) => {
    if (each.source !== "ocaml" || !texts.has(each.file)) return false;
    return !isConfigStale || (each.file !== configFile && each.code !== functorCode);
  });
  const isDone = output.result.code === 0 || problems.some(({ severity }) => severity === "error");
  return isDone ? { problems, texts } : undefined;
}

/** The arguments with which `ocamlc`, started in the root, only parses a file, and writes nothing. */
export const syntaxArguments = ({ root }: Checked, file: string): readonly string[] => [
  "-stop-after",
  "parsing",
  file.endsWith(".mli") ? "-intf" : "-impl",
  relative(root, file),
];

/**
 * Reports the syntax errors of files, which need no configured build. Resolves to undefined if a file could not be
 * read or parsed.
 */
export async function checkSyntax(
  unikernel: Checked,
  files: readonly string[],
  parse: (file: string) => Promise<CapturedOutput>,
): Promise<SourceCheck | undefined> {
  const problems: OutputProblem[] = [];
  const texts = new Map<string, string>();
  for (const file of files) {
    const text = await readText(file);
    // A file with an error that was removed since has none.
    if (text === undefined) continue;
    texts.set(file, text);
    const output = await parse(file);
    if (output.result.kind !== "exited") return undefined;
    const found = problemsIn(output, unikernel, texts).filter((each) => each.file === file);
    if (output.result.code !== 0 && found.length === 0) return undefined;
    problems.push(...found);
  }
  return { problems, texts };
}

function problemsIn(
  { stdout, stderr }: CapturedOutput,
  { root, configFile }: Checked,
  texts: ReadonlyMap<string, string>,
): readonly OutputProblem[] {
  const lines = new Map([...texts].map(([file, text]) => [file, text.split(/\r?\n/)]));
  const parser = outputParser({
    root,
    configFile,
    readText: (file) => texts.get(file),
    readLine: (file, line) => lines.get(file)?.[line],
  });
  for (const line of `${stdout}\n${stderr}`.split(/\r?\n/)) parser.line(line);
  return parser.end();
}
