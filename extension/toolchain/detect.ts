import { access, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { stripAnsi } from "../platform/ansi.ts";
import { envValue, findProgram, mergeEnv, type Env } from "../platform/env.ts";
import { capture } from "../platform/capture.ts";
import type { Run } from "../platform/process.ts";
import { commandIn, failureOf } from "./environment.ts";
import { toolIds, type ToolId } from "../mirage/toolId.ts";
import { tools, type Candidate, type Tool } from "./tools.ts";
import { t } from "../protocol/l10n.ts";

/** The result of looking for a tool. */
export type Detection = FoundTool | MissingTool;

export interface FoundTool {
  readonly id: ToolId;
  readonly kind: "found";
  /** The program to start. In a custom environment a name without a path; for a cross compiler its findlib file. */
  readonly path: string;
  /** Undefined if the tool printed no version; `note` may say why. */
  readonly version: string | undefined;
  readonly note?: string;
  /** It did not answer in time and may answer if it gets more time. */
  readonly late?: true;
}

export interface MissingTool {
  readonly id: ToolId;
  readonly kind: "missing";
  /** The reason, as a sentence without a full stop. */
  readonly reason: string;
  /** As in `FoundTool`. */
  readonly late?: true;
}

export type Detections = Readonly<Record<ToolId, Detection>>;

export interface DetectInput {
  readonly run: Run;
  readonly env: Env;
  /** The command template of a custom environment, see `Environment`. */
  readonly template?: readonly string[];
  /** The setting `mirageos.toolPaths`: absolute paths by tool id. */
  readonly toolPaths?: Readonly<Partial<Record<ToolId, string>>>;
  readonly platform?: NodeJS.Platform;
  readonly signal?: AbortSignal;
  /** Time limit for each program, by default 10 s. */
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 10_000;

/** Looks for all tools in parallel. Never rejects. */
export async function detectTools(input: DetectInput): Promise<Detections> {
  const found = await Promise.all(toolIds.map((id) => detectTool(id, input)));
  // Object.fromEntries loses the type of the keys; toolIds contains each of them once.
  return Object.fromEntries(found.map((one) => [one.id, one])) as Record<ToolId, Detection>;
}

/**
 * Queries the tools that did not answer in time once more, with six times the time limit. Returns the detections
 * with the new results, or undefined if every tool had answered in time. Never rejects.
 */
export async function detectLate<D extends Readonly<Record<string, Detection>>>(
  found: D,
  input: DetectInput,
): Promise<D | undefined> {
  const late = Object.entries(found).filter(([, each]) => each.late === true);
  if (late.length === 0) return undefined;
  const retryInput = { ...input, timeoutMs: 6 * (input.timeoutMs ?? defaultTimeoutMs) };
  const retried = late.map(async ([key, { id }]) => [key, await detectTool(id, retryInput)] as const);
  return { ...found, ...Object.fromEntries(await Promise.all(retried)) };
}

/** Looks for a tool and queries its version. Never rejects. */
export async function detectTool(id: ToolId, input: DetectInput): Promise<Detection> {
  try {
    if (id === "ocaml-solo5") return await detectCrossCompiler(id, "solo5", input);
    if (id === "ocaml-unikraft") return await detectCrossCompiler(id, "unikraft", input);
    return await detectProgram(tools[id], input);
  } catch (error) {
    return { id, kind: "missing", reason: error instanceof Error ? error.message : String(error) };
  }
}

async function detectProgram(tool: Tool, input: DetectInput): Promise<Detection> {
  const platform = input.platform ?? process.platform;
  const candidates = tool.candidates(platform);
  const override = input.toolPaths?.[tool.id]?.trim() ?? "";
  if (override !== "") {
    const path = isAbsolute(override) ? await findProgram(override, input.env, platform) : undefined;
    const reason = t(
      "mirageos.toolPaths contains {0}, which is not the absolute path of a program",
      override,
    );
    if (path === undefined) return { id: tool.id, kind: "missing", reason };
    return await queryVersion(tool, { ...candidates[0], program: path }, input);
  }
  for (const candidate of candidates) {
    if (input.template) {
      const detection = await queryVersion(tool, candidate, input);
      if (detection.kind === "found" || detection.late) return detection;
      continue;
    }
    const path = await findProgram(candidate.program, searchEnv(tool.id, input.env, platform), platform);
    if (path !== undefined) return await queryVersion(tool, { ...candidate, program: path }, input);
  }
  const names = candidates.map(({ program }) => program).join(t(" or "));
  return { id: tool.id, kind: "missing", reason: t("{0} was not found", names) };
}

/** The environment to search. opam installs its plugins in a folder outside of PATH. */
function searchEnv(id: ToolId, env: Env, platform: NodeJS.Platform): Env {
  if (id !== "opam-monorepo") return env;
  const separator = platform === "win32" ? ";" : ":";
  const path = [
    envValue(env, "PATH", platform) ?? "",
    join(opamRootOf(env, platform), "plugins", "bin"),
  ].join(separator);
  return mergeEnv(env, { PATH: path }, platform);
}

/** The folder that opam keeps its switches and repositories in. */
export function opamRootOf(env: Env, platform: NodeJS.Platform = process.platform): string {
  const named = envValue(env, "OPAMROOT", platform);
  if (named !== undefined && named !== "") return named;
  const local = platform === "win32" ? envValue(env, "LOCALAPPDATA", platform) : undefined;
  return local === undefined
    ? join(envValue(env, "HOME", platform) ?? homedir(), ".opam")
    : join(local, "opam");
}

async function queryVersion(tool: Tool, candidate: Candidate, input: DetectInput): Promise<Detection> {
  const { id } = tool;
  const path = candidate.program;
  if (!candidate.versionArgs) return { id, kind: "found", path, version: undefined };
  // Not in the project folder, where some tools read or write files.
  const command = { ...commandIn(input, path, candidate.versionArgs), cwd: homedir(), env: input.env };
  const captured = await capture(input.run, command, {
    timeoutMs: input.timeoutMs ?? defaultTimeoutMs,
    limit: 64 * 1024,
    ...(input.signal ? { signal: input.signal } : {}),
  });
  const output = stripAnsi(`${captured.stdout}\n${captured.stderr}`).replaceAll("\r", "");
  const version = tool.version.exec(output)?.[1];
  const { result } = captured;
  const late = result.kind === "cancelled" && input.signal?.aborted !== true && { late: true as const };
  // The wrapping command fails if it cannot find the program.
  if (input.template && version === undefined && (result.kind !== "exited" || result.code !== 0)) {
    return { id, kind: "missing", reason: failureOf(captured) ?? t("it could not be started"), ...late };
  }
  if (version !== undefined) return { id, kind: "found", path, version };
  const note = failureOf(captured) ?? t("its output contains no version");
  return { id, kind: "found", path, version, note, ...late };
}

/**
 * Looks for a cross compiler, which is a findlib toolchain: dune reads `findlib.conf.d/NAME.conf`, and silently uses
 * the host's compiler if the file is missing. Its existence is therefore what matters. (findlib's manual,
 * findlib.conf; ocaml-solo5's `gen_dot_install.sh`.)
 */
async function detectCrossCompiler(
  id: "ocaml-solo5" | "ocaml-unikraft",
  toolchain: "solo5" | "unikraft",
  input: DetectInput,
): Promise<Detection> {
  const platform = input.platform ?? process.platform;
  const name = `${toolchain}.conf`;
  if (input.template) {
    const note = t("a custom command doesn't show whether it is installed");
    return { id, kind: "found", path: name, version: undefined, note };
  }
  for (const folder of await configFolders(input.env, platform)) {
    const path = join(folder, name);
    if (!(await exists(path))) continue;
    return { id, kind: "found", path, version: await packageVersion(id, dirname(dirname(dirname(path)))) };
  }
  const destination = await toolchainFolder(toolchain, input, platform);
  return destination === undefined
    ? { id, kind: "missing", reason: t("{0} was not found in any findlib.conf.d folder", name) }
    : { id, kind: "found", path: destination, version: undefined };
}

/**
 * The folder in which a findlib toolchain installs libraries, by findlib itself: without an opam switch, only findlib
 * knows where its configuration is. Undefined if findlib does not know the toolchain, about which it only warns.
 */
async function toolchainFolder(
  toolchain: string,
  { run, env, signal, timeoutMs = defaultTimeoutMs }: DetectInput,
  platform: NodeJS.Platform,
): Promise<string | undefined> {
  const file = await findProgram("ocamlfind", env, platform);
  if (file === undefined) return undefined;
  const command = { file, args: ["-toolchain", toolchain, "printconf", "destdir"], cwd: homedir(), env };
  const { stdout, stderr } = await capture(run, command, { timeoutMs, ...(signal && { signal }) });
  const folder = stdout.trim();
  return isAbsolute(folder) && !/undefined toolchain/i.test(stderr) ? folder : undefined;
}

async function configFolders(env: Env, platform: NodeJS.Platform): Promise<string[]> {
  const conf = envValue(env, "OCAMLFIND_CONF", platform);
  const programs = await Promise.all(
    ["ocamlfind", "ocamlc", "mirage"].map((name) => findProgram(name, env, platform)),
  );
  const prefixes = [
    envValue(env, "OPAM_SWITCH_PREFIX", platform),
    ...programs.map((path) => path && dirname(dirname(path))),
  ];
  return [
    ...(conf === undefined ? [] : [`${conf}.d`]),
    ...prefixes
      .filter((prefix) => prefix !== undefined)
      .map((prefix) => join(prefix, "lib", "findlib.conf.d")),
  ].filter((folder) => isAbsolute(folder));
}

/** The version of an installed opam package, from its folder `NAME.VERSION` in the state of the switch. */
async function packageVersion(name: string, prefix: string): Promise<string | undefined> {
  try {
    const installed = await readdir(join(prefix, ".opam-switch", "packages"));
    return installed.find((entry) => entry.startsWith(`${name}.`))?.slice(name.length + 1);
  } catch {
    return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
