import { access, open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ProblemError, problems } from "../platform/errors.ts";
import { readText } from "../platform/text.ts";
import { TooLarge, type ShadowInputs } from "./shadowInputs.ts";
import type { Generated, ShadowFailure, ShadowProject } from "./shadowModel.ts";

/** Whether there is something at a path. */
export const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** The answer where config.ml ended well and made nothing: without `register` it has nothing to say. */
export const nothingSaid = (stdout: string): ShadowFailure => ({
  kind: "failed",
  output: [stdout.trim(), problems.nothingConfigured().message].filter((line) => line !== "").join("\n"),
});

/** What an exception says to the user. Rethrows what no user could act on. */
export function failureFrom(error: unknown): ShadowFailure {
  if (error instanceof ProblemError) return { kind: "noTool", problem: error.problem };
  if (error instanceof TooLarge) return { kind: "failed", output: error.message };
  // config.ml is gone, the disk is full, the storage is not writable: the system's words name it.
  if (error instanceof Error && "code" in error) return { kind: "failed", output: error.message };
  throw error;
}

/** The folder of config.ml below the dune root: empty, or one that ends with `/`. */
export const folderOf = ({ configFile }: Pick<ShadowInputs, "configFile">): string =>
  configFile.slice(0, -"config.ml".length);

/** The arguments of the last `mirage configure`, as mirage keeps them; undefined before the first. */
export async function contextOf(project: ShadowProject) {
  const path = join(project.buildDir, "mirage", "context");
  const text = await readText(path);
  return text === undefined ? undefined : { path, text };
}

/** Bytes of a graph that are read: far above any real one. */
const largestDot = 64 * 1024 * 1024;

/** The text of a file that config.ml's program wrote, up to 64 MiB of it; undefined when it wrote none. */
export async function readBounded(path: string): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, largestDot));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What a configure wrote in the folder of config.ml; undefined when it wrote nothing. */
export async function generatedIn(folder: string): Promise<Generated | undefined> {
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
