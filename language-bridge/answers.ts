import { readFile, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { ProcessSpec, Run } from "../extension/platform/process.ts";
import type { Unikernel } from "../extension/project/model.ts";
import { createSplitter, errorOf, fileQuestion, halt } from "./merlinProtocol.ts";
import { replaceFile } from "./shimFiles.ts";
import { answerFor, answerPath } from "./shimAnswers.ts";

export interface AnswerInput {
  readonly run: Run;
  /** The folder of answers, see shimFiles.ts. */
  readonly answers: string;
  readonly project: Pick<Unikernel, "root" | "configFile">;
  /** Compiles the shadow and gives its folder; undefined where there is none. */
  readonly shadow: () => Promise<string | undefined>;
  /** How dune is started in a folder. */
  readonly dune: (args: readonly string[], cwd: string) => Promise<ProcessSpec>;
}

/**
 * Writes the answer that the shim gives for a config.ml: what dune says of its copy in the shadow.
 * While the shadow is built for the first time, an empty file says that an answer will come. Returns
 * whether the answer is a new one; an older answer is kept when there is no better.
 */
export async function refreshAnswer(input: AnswerInput): Promise<boolean> {
  const { configFile, root } = input.project;
  const path = answerPath(input.answers, configFile);
  const before = await readFile(path).catch(() => undefined);
  if (before === undefined || before.length === 0) await replaceFile(path, new Uint8Array());
  let fresh: Buffer | undefined;
  try {
    const folder = await input.shadow();
    fresh = folder === undefined ? undefined : await askIn(folder, relative(root, configFile), input);
  } finally {
    if (fresh === undefined && (await stat(path).catch(() => undefined))?.size === 0)
      await rm(path, { force: true });
  }
  if (fresh === undefined || before?.equals(fresh) === true) return false;
  await replaceFile(path, fresh);
  return true;
}

async function askIn(folder: string, way: string, input: AnswerInput): Promise<Buffer | undefined> {
  const spec = await input.dune(["ocaml-merlin", "--no-print-directory"], folder);
  const parts: Uint8Array[] = [];
  await input.run(spec, {
    signal: AbortSignal.timeout(10_000),
    onStdin: (stdin) => stdin.end(Buffer.concat([fileQuestion(way), halt])),
    onStdout: (bytes) => parts.push(bytes),
  });
  const answer = firstValue(Buffer.concat(parts));
  if (answer === undefined || errorOf(answer) !== undefined) return undefined;
  return answerFor(answer, dirname(join(folder, way)), dirname(input.project.configFile));
}

/** Undefined when a program printed no answer, or something that is none. */
function firstValue(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return createSplitter().push(bytes)[0];
  } catch {
    return undefined;
  }
}
