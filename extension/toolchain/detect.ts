import { access, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { stripAnsi } from "../platform/ansi.ts";
import { envValue, findProgram, mergeEnv, type Env } from "../platform/env.ts";
import { capture } from "../platform/capture.ts";
import type { Run } from "../platform/process.ts";
import { commandIn, failureOf } from "./environment.ts";
import { toolIds, type ToolId } from "./toolId.ts";
import { tools, type Candidate, type Tool } from "./tools.ts";
import { t } from "../platform/l10n.ts";

/** What was found of a tool. */
export type Detection = Found | Missing;

export interface Found {
  readonly id: ToolId;
  readonly kind: "found";
  /** What to start; a bare name in a custom environment, a file of the toolchain for a cross compiler. */
  readonly path: string;
  /** `undefined`: it did not say, and `note` may tell why. */
  readonly version: string | undefined;
  readonly note?: string;
  /** Its answer did not come in time: another question may get one. */
  readonly late?: true;
}

export interface Missing {
  readonly id: ToolId;
  readonly kind: "missing";
  /** Why, as a sentence without its full stop. */
  readonly reason: string;
  /** As for what was found. */
  readonly late?: true;
}

export type Detections = Readonly<Record<ToolId, Detection>>;

export interface DetectInput {
  readonly run: Run;
  readonly env: Env;
  /** Of a custom environment, see `Environment`. */
  readonly template?: readonly string[];
  /** The setting `mirageos.toolPaths`: absolute paths by the tool's id. */
  readonly toolPaths?: Readonly<Partial<Record<ToolId, string>>>;
  readonly platform?: NodeJS.Platform;
  readonly signal?: AbortSignal;
  /** For each program; default 10 s. */
  readonly timeoutMs?: number;
}

const askMs = 10_000;

/** Looks for every tool at once. Never rejects. */
export async function detectTools(input: DetectInput): Promise<Detections> {
  const found = await Promise.all(toolIds.map((id) => detectTool(id, input)));
  // Object.fromEntries forgets the keys' type; toolIds gives each exactly once.
  return Object.fromEntries(found.map((one) => [one.id, one])) as Record<ToolId, Detection>;
}

/**
 * Asks those tools once more that did not answer in time, six times as patiently, and gives what is known
 * then; undefined when none was late. Never rejects.
 */
export async function detectLate<D extends Readonly<Record<string, Detection>>>(
  found: D,
  input: DetectInput,
): Promise<D | undefined> {
  const late = Object.entries(found).filter(([, each]) => each.late === true);
  if (late.length === 0) return undefined;
  const patient = { ...input, timeoutMs: 6 * (input.timeoutMs ?? askMs) };
  const again = late.map(async ([key, { id }]) => [key, await detectTool(id, patient)] as const);
  return { ...found, ...Object.fromEntries(await Promise.all(again)) };
}

/** Looks for one tool and asks its version. Never rejects. */
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
    const reason = t("mirageos.toolPaths names {0}, which is not an absolute path of a program", override);
    if (path === undefined) return { id: tool.id, kind: "missing", reason };
    return await askVersion(tool, { ...candidates[0], program: path }, input);
  }
  for (const candidate of candidates) {
    if (input.template) {
      const detection = await askVersion(tool, candidate, input);
      if (detection.kind === "found" || detection.late) return detection;
      continue;
    }
    const path = await findProgram(candidate.program, searchEnv(tool.id, input.env, platform), platform);
    if (path !== undefined) return await askVersion(tool, { ...candidate, program: path }, input);
  }
  const names = candidates.map(({ program }) => program).join(" or ");
  return { id: tool.id, kind: "missing", reason: t("there is no {0} in the environment", names) };
}

/** opam keeps its plugins outside PATH and finds them by itself. */
function searchEnv(id: ToolId, env: Env, platform: NodeJS.Platform): Env {
  if (id !== "opam-monorepo") return env;
  const root = envValue(env, "OPAMROOT", platform) ?? defaultOpamRoot(env, platform);
  const separator = platform === "win32" ? ";" : ":";
  const path = [envValue(env, "PATH", platform) ?? "", join(root, "plugins", "bin")].join(separator);
  return mergeEnv(env, { PATH: path }, platform);
}

function defaultOpamRoot(env: Env, platform: NodeJS.Platform): string {
  const local = platform === "win32" ? envValue(env, "LOCALAPPDATA", platform) : undefined;
  return local === undefined
    ? join(envValue(env, "HOME", platform) ?? homedir(), ".opam")
    : join(local, "opam");
}

async function askVersion(tool: Tool, candidate: Candidate, input: DetectInput): Promise<Detection> {
  const { id } = tool;
  const path = candidate.program;
  if (!candidate.versionArgs) return { id, kind: "found", path, version: undefined };
  // Not in the project: there, some tools read or write files of it.
  const command = { ...commandIn(input, path, candidate.versionArgs), cwd: homedir(), env: input.env };
  const captured = await capture(input.run, command, {
    timeoutMs: input.timeoutMs ?? askMs,
    limit: 64 * 1024,
    ...(input.signal ? { signal: input.signal } : {}),
  });
  const output = stripAnsi(`${captured.stdout}\n${captured.stderr}`).replaceAll("\r", "");
  const version = tool.version.exec(output)?.[1];
  const { result } = captured;
  const late = result.kind === "cancelled" && input.signal?.aborted !== true && { late: true as const };
  // Wrapped in another command, a program that is not there shows as its failure.
  if (input.template && version === undefined && (result.kind !== "exited" || result.code !== 0)) {
    return { id, kind: "missing", reason: failureOf(captured) ?? t("it did not start"), ...late };
  }
  if (version !== undefined) return { id, kind: "found", path, version };
  const note = failureOf(captured) ?? t("its answer is not a version");
  return { id, kind: "found", path, version, note, ...late };
}

/**
 * A cross compiler is a toolchain of findlib: dune reads `findlib.conf.d/NAME.conf`, and silently
 * uses the host's compiler when it is missing, so the file is what has to be there. (findlib's
 * manual, findlib.conf; ocaml-solo5's `gen_dot_install.sh`.)
 */
async function detectCrossCompiler(
  id: "ocaml-solo5" | "ocaml-unikraft",
  toolchain: "solo5" | "unikraft",
  input: DetectInput,
): Promise<Detection> {
  const platform = input.platform ?? process.platform;
  const name = `${toolchain}.conf`;
  if (input.template) {
    const note = t("a custom command does not show whether it is there");
    return { id, kind: "found", path: name, version: undefined, note };
  }
  for (const folder of await configFolders(input.env, platform)) {
    const path = join(folder, name);
    if (!(await exists(path))) continue;
    return { id, kind: "found", path, version: await packageVersion(id, dirname(dirname(dirname(path)))) };
  }
  return { id, kind: "missing", reason: t("no findlib.conf.d of the environment has {0}", name) };
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

/** opam's record of an installed package: the folder `NAME.VERSION` in the switch's state. */
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
