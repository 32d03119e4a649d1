import { createHash } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { stripAnsi } from "../../platform/ansi.ts";
import { envValue, mergeEnv, type Env } from "../../platform/env.ts";
import { problems } from "../../platform/errors.ts";
import type { Run } from "../../platform/process.ts";
import { outputParser } from "../../pipeline/output/diagnostics.ts";
import { commandIn } from "../../toolchain/environment.ts";
import { workspacePath, type BuildInputs } from "./buildInputs.ts";
import { writeInputs } from "./buildFolders.ts";
import type { EvaluationFailure, EvaluatedProject, EvaluatorTools } from "./types.ts";
import { exists } from "./readOutputs.ts";
import { runWithTimeout, type TimeoutRunResult } from "./runConfig.ts";

/** The tools that compile config.ml, their environment, and hashes that identify them. */
export interface Compiler {
  readonly env: Env;
  readonly template?: readonly string[];
  readonly dune: string;
  /** Identifies the switch; does not change when its packages change. */
  readonly identity: string;
  /** Changes when mirage, dune or OCaml is replaced in the switch. */
  readonly stamp: string;
}

/** Finds the tools that compile a project's config.ml. Rejects as the tools do; returns a problem if dune is missing. */
export async function findCompiler(
  tools: EvaluatorTools,
  project: EvaluatedProject,
): Promise<Compiler | Extract<EvaluationFailure, { kind: "noTool" }>> {
  const { env, template } = await tools.environment(project);
  const [dune, mirage, ocaml] = await Promise.all(
    (["dune", "mirage", "ocaml"] as const).map((tool) => tools.path(tool, project)),
  );
  if (dune === undefined) return { kind: "noTool", problem: problems.toolMissing("dune") };
  const prefix = envValue(env, "OPAM_SWITCH_PREFIX");
  const identity = JSON.stringify([
    template,
    dune,
    ocaml,
    ...["OPAM_SWITCH_PREFIX", "OCAMLPATH", "OCAMLFIND_CONF", "OCAMLLIB", "DUNE_PROFILE"].map((name) =>
      envValue(env, name),
    ),
  ]);
  const programs = [dune, mirage, ocaml].filter((path) => path !== undefined);
  const libraries = [
    ...(prefix === undefined ? [] : [join(prefix, "lib")]),
    ...(envValue(env, "OCAMLPATH") ?? "").split(delimiter).filter((path) => path !== ""),
    // The library is next to the program's folder, with or without opam.
    ...(mirage === undefined ? [] : [join(dirname(mirage), "..", "lib")]),
  ];
  const stamps = await Promise.all(
    [
      ...programs,
      ...libraries.flatMap((folder) => [
        join(folder, "mirage", "META"),
        join(folder, "mirage", "mirage.cmxa"),
      ]),
    ].map(stampOf),
  );
  return {
    env: mergeEnv(env, { DUNE_BUILD_DIR: undefined, DUNE_WORKSPACE: undefined, DUNE_ROOT: undefined }),
    ...(template && { template }),
    dune,
    identity: shortHash(identity),
    stamp: shortHash(stamps.join("\n")),
  };
}

/** A hash of a text: 24 hexadecimal digits. */
export const shortHash = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 24);

async function stampOf(path: string): Promise<string> {
  const info = await stat(path).catch(() => undefined);
  return info ? `${path} ${info.size} ${info.mtimeMs}` : path;
}

/** Interval between attempts while another dune holds the folder's lock; dune offers no event for its release. */
const retryMs = 250;

/**
 * Compiles the inputs in `folder` as mirage does and returns the path of the program. Waits if another
 * dune holds the folder, such as one left behind by a window that was killed.
 */
export async function compileConfig(
  run: Run,
  compiler: Compiler,
  project: EvaluatedProject,
  inputs: BuildInputs,
  folder: string,
  limit: { readonly compileMs: number; readonly signal?: AbortSignal },
): Promise<{ readonly kind: "compiled"; readonly program: string } | EvaluationFailure> {
  await writeInputs(folder, inputs);
  const target = inputs.configFile.replace(/\.ml$/, ".exe");
  const program = join(folder, "_build", "default", target);
  const workspace = workspacePath(project);
  // dune parses a target as an s-expression, in which a space ends it.
  const quoted = /^[\w./+-]+$/.test(target) ? `./${target}` : JSON.stringify(`./${target}`);
  const args = ["build", quoted, "--root", ".", "--workspace", workspace];
  const spec = { ...commandIn(compiler, compiler.dune, args), cwd: folder, env: compiler.env };
  const deadline = Date.now() + limit.compileMs;
  for (let cleaned = false; ;) {
    const ended = await runWithTimeout(run, spec, Math.max(1, deadline - Date.now()), limit.signal);
    if (ended.result.kind === "exited" && ended.result.code === 0 && (await exists(program))) {
      return { kind: "compiled", program };
    }
    if (isLocked(ended) && Date.now() + retryMs < deadline) {
      await delay(retryMs);
      continue;
    }
    // A corrupt build folder makes dune fail or build nothing, so try once more with a new one.
    if (!cleaned && isCorrupt(ended)) {
      cleaned = true;
      await rm(join(folder, "_build"), { recursive: true, force: true, maxRetries: 3 });
      continue;
    }
    return compileFailure(ended, project, limit.compileMs);
  }
}

const isLocked = ({ stderr }: TimeoutRunResult) =>
  /Another Dune instance is currently running|has locked the build directory|unable to lock|_build\/\.lock/.test(
    stderr,
  );

const isCorrupt = ({ result, stderr }: TimeoutRunResult) =>
  result.kind === "exited" && (result.code === 0 || /Internal error|_build\/\.db/.test(stderr));

function compileFailure(
  ended: TimeoutRunResult,
  project: EvaluatedProject,
  compileMs: number,
): EvaluationFailure {
  const { result } = ended;
  if (result.kind === "timedOut") return { kind: "timedOut", step: "compile", seconds: compileMs / 1000 };
  if (result.kind === "cancelled") return { kind: "cancelled" };
  if (result.kind === "notFound") {
    return { kind: "noTool", problem: problems.toolFailed("dune", result.reason) };
  }
  const output = stripAnsi(`${ended.stderr}\n${ended.stdout}`).trim();
  if (/^Error: Library "mirage" (?:not found|in .* is hidden)/m.test(output)) {
    return { kind: "noTool", problem: problems.toolMissing("mirage") };
  }
  // The build folder has the layout of the user's folder, so dune's locations are valid there too.
  const parser = outputParser({ root: project.root, configFile: project.configFile });
  for (const line of output.split(/\r?\n/)) parser.line(line);
  return { kind: "doesNotCompile", output, problems: parser.end() };
}
