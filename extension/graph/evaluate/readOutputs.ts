import { access, open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ProblemError, problems } from "../../platform/errors.ts";
import { readText } from "../../platform/readText.ts";
import { FolderTooLargeError, type BuildInputs } from "./buildInputs.ts";
import type { GeneratedFiles, EvaluationFailure, EvaluatedProject } from "./types.ts";

/** Whether a file or folder exists. */
export const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** The failure for a config.ml that exited with 0 but wrote nothing, as it does without `register`. */
export const noOutput = (stdout: string): EvaluationFailure => ({
  kind: "failed",
  output: [stdout.trim(), problems.nothingConfigured().message].filter((line) => line !== "").join("\n"),
});

/** Converts an exception that the user can act on into a failure. Rethrows other exceptions. */
export function failureOfException(error: unknown): EvaluationFailure {
  if (error instanceof ProblemError) return { kind: "noTool", problem: error.problem };
  if (error instanceof FolderTooLargeError) return { kind: "failed", output: error.message };
  // config.ml does not exist, the disk is full, the storage is not writable: the system's message says so.
  if (error instanceof Error && "code" in error) return { kind: "failed", output: error.message };
  throw error;
}

/** Path of config.ml's folder relative to the dune root: empty or ending with `/`. */
export const configFolder = ({ configFile }: Pick<BuildInputs, "configFile">): string =>
  configFile.slice(0, -"config.ml".length);

/** The file in which mirage stores the arguments of the last configure; undefined if there was none. */
export async function savedContext(project: EvaluatedProject) {
  const path = join(project.buildDir, "mirage", "context");
  const text = await readText(path);
  return text === undefined ? undefined : { path, text };
}

/** Bytes of a graph that are read; any real graph is far smaller. */
const maxDotBytes = 64 * 1024 * 1024;

/** The first 64 MiB of a file that config.ml's program wrote; undefined if it does not exist. */
export async function readBounded(path: string): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, maxDotBytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The files that a configure generated in config.ml's folder; undefined if it generated none. */
export async function generatedIn(folder: string): Promise<GeneratedFiles | undefined> {
  const mirage = join(folder, "mirage");
  const names = await readdir(mirage).catch((): string[] => []);
  const opam = names.find((name) => name.endsWith(".opam"));
  if (opam === undefined || !names.includes("main.ml")) return undefined;
  return {
    kind: "generated",
    mainMl: await readFile(join(mirage, "main.ml"), "utf8"),
    opam: await readFile(join(mirage, opam), "utf8"),
    manifest: names.includes("manifest.json")
      ? await readFile(join(mirage, "manifest.json"), "utf8")
      : undefined,
  };
}
