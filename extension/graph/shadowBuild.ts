import { createHash } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { stripAnsi } from "../platform/ansi.ts";
import { envValue, mergeEnv, type Env } from "../platform/env.ts";
import { problems } from "../platform/errors.ts";
import type { Run } from "../platform/process.ts";
import { outputParser } from "../pipeline/diagnostics.ts";
import { commandIn } from "../toolchain/environment.ts";
import { workspacePath, type ShadowInputs } from "./shadowInputs.ts";
import { writeInputs } from "./shadowFolders.ts";
import type { ShadowFailure, ShadowProject, ShadowTools } from "./shadowModel.ts";
import { exists } from "./shadowOutputs.ts";
import { runLimited, type Ended } from "./shadowRun.ts";

/** What compiles config.ml: programs, their environment, and names for them. */
export interface Compiler {
  readonly env: Env;
  readonly template?: readonly string[];
  readonly dune: string;
  /** The switch: stays the same when packages in it change. */
  readonly identity: string;
  /** Changes when mirage, dune or OCaml is replaced in place. */
  readonly stamp: string;
}

/** Finds what compiles config.ml of a project. Rejects as the tools do; a problem when dune is missing. */
export async function findCompiler(
  tools: ShadowTools,
  project: ShadowProject,
): Promise<Compiler | Extract<ShadowFailure, { kind: "noTool" }>> {
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
    // Where the library is beside the program, with or without opam.
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

/** A name for a text: 24 hexadecimal digits. */
export const shortHash = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 24);

async function stampOf(path: string): Promise<string> {
  const info = await stat(path).catch(() => undefined);
  return info ? `${path} ${info.size} ${info.mtimeMs}` : path;
}

const retryMs = 250;

/**
 * Compiles the inputs in `folder` as mirage does and gives the path of the program. Another dune
 * that holds the folder, left over by a window that was killed, is waited for.
 */
export async function compile(
  run: Run,
  compiler: Compiler,
  project: ShadowProject,
  inputs: ShadowInputs,
  folder: string,
  limit: { readonly compileMs: number; readonly signal?: AbortSignal },
): Promise<{ readonly kind: "compiled"; readonly program: string } | ShadowFailure> {
  await writeInputs(folder, inputs);
  const target = inputs.configFile.replace(/\.ml$/, ".exe");
  const program = join(folder, "_build", "default", target);
  const workspace = workspacePath(project);
  // dune reads a target as an s-expression, in which a space would end it.
  const quoted = /^[\w./+-]+$/.test(target) ? `./${target}` : JSON.stringify(`./${target}`);
  const args = ["build", quoted, "--root", ".", "--workspace", workspace];
  const spec = { ...commandIn(compiler, compiler.dune, args), cwd: folder, env: compiler.env };
  const until = Date.now() + limit.compileMs;
  for (let cleaned = false; ;) {
    const ended = await runLimited(run, spec, Math.max(1, until - Date.now()), limit.signal);
    if (ended.result.kind === "exited" && ended.result.code === 0 && (await exists(program))) {
      return { kind: "compiled", program };
    }
    if (isLocked(ended) && Date.now() + retryMs < until) {
      await delay(retryMs);
      continue;
    }
    // A build folder left in disorder makes dune fail or build nothing; a new one does not.
    if (!cleaned && isDisordered(ended)) {
      cleaned = true;
      await rm(join(folder, "_build"), { recursive: true, force: true, maxRetries: 3 });
      continue;
    }
    return compileFailure(ended, project, limit.compileMs);
  }
}

const isLocked = ({ stderr }: Ended) =>
  /Another Dune instance is currently running|has locked the build directory|unable to lock|_build\/\.lock/.test(
    stderr,
  );

const isDisordered = ({ result, stderr }: Ended) =>
  result.kind === "exited" && (result.code === 0 || /Internal error|_build\/\.db/.test(stderr));

function compileFailure(ended: Ended, project: ShadowProject, compileMs: number): ShadowFailure {
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
  // The shadow is laid out as the user's tree, so what dune prints is true of that as well.
  const parser = outputParser({ root: project.root, configFile: project.configFile });
  for (const line of output.split(/\r?\n/)) parser.line(line);
  return { kind: "doesNotCompile", output, problems: parser.end() };
}
