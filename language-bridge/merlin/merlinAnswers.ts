import { readFile, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { ProcessSpec, Run } from "../../extension/platform/process.ts";
import type { Unikernel } from "../../extension/project/model.ts";
import { createSplitter, parseErrorReply, renderFileQuery, haltCommand } from "./merlinProtocol.ts";
import { replaceFile } from "./installShim.ts";
import { answerFor, answerPath } from "./shimAnswers.ts";

export interface RefreshInput {
  readonly run: Run;
  /** The folder of answers; see shimFiles.ts. */
  readonly answers: string;
  readonly project: Pick<Unikernel, "root" | "configFile">;
  /** Compiles the private build of config.ml; resolves to its folder, undefined if there is none. */
  readonly build: () => Promise<string | undefined>;
  /** The command that runs dune in a folder. */
  readonly dune: (args: readonly string[], cwd: string) => Promise<ProcessSpec>;
}

/**
 * Writes the shim's answer for a config.ml: dune's answer for its copy in the private build. During the
 * first build, an empty file tells the shim to wait. Resolves to whether the answer changed. If there is
 * no new answer, an old one stays.
 */
export async function refreshAnswer(input: RefreshInput): Promise<boolean> {
  const { configFile, root } = input.project;
  const path = answerPath(input.answers, configFile);
  const before = await readFile(path).catch(() => undefined);
  if (before === undefined || before.length === 0) await replaceFile(path, new Uint8Array());
  let fresh: Buffer | undefined;
  try {
    const folder = await input.build();
    fresh = folder === undefined ? undefined : await queryDune(folder, relative(root, configFile), input);
  } finally {
    if (fresh === undefined && (await stat(path).catch(() => undefined))?.size === 0)
      await rm(path, { force: true });
  }
  if (fresh === undefined || before?.equals(fresh) === true) return false;
  await replaceFile(path, fresh);
  return true;
}

async function queryDune(folder: string, path: string, input: RefreshInput): Promise<Buffer | undefined> {
  const spec = await input.dune(["ocaml-merlin", "--no-print-directory"], folder);
  const parts: Uint8Array[] = [];
  await input.run(spec, {
    signal: AbortSignal.timeout(10_000),
    onStdin: (stdin) => stdin.end(Buffer.concat([renderFileQuery(path), haltCommand])),
    onStdout: (bytes) => parts.push(bytes),
  });
  const answer = firstValue(Buffer.concat(parts));
  if (answer === undefined || parseErrorReply(answer) !== undefined) return undefined;
  return answerFor(answer, dirname(join(folder, path)), dirname(input.project.configFile));
}

/** The first value in the output; undefined if there is none or the output is invalid. */
function firstValue(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return createSplitter().push(bytes)[0];
  } catch {
    return undefined;
  }
}
