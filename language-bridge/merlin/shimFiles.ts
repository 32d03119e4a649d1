import { delimiter, join } from "node:path";
import { mergeEnv, type Env } from "../../extension/platform/env.ts";

/** The variable that names the program that ocaml-lsp 1.26 and later queries for the settings of files. */
export const buildSystem = "OCAMLLSP_PROJECT_BUILD_SYSTEM";
/** The variable that makes ocaml-lsp query it for files outside dune projects too. */
export const projectRoot = "OCAMLLSP_PROJECT_ROOT";

/** The launcher's file name, which identifies a setting that we wrote. */
export const launcherName = "mirageos-merlin";

/** The number of `..` steps, more than the depth of any folder in PATH. */
const stepsUp = 24;

/** Where the shim and its runtime are. */
export interface ShimLocation {
  /** The extension's storage folder; the shim's files are below it. */
  readonly storage: string;
  /** Absolute path of the shim's bundle. */
  readonly shim: string;
  /** VS Code's own runtime, in which the extension runs. */
  readonly runtime: string;
  readonly platform: NodeJS.Platform;
}

/** The folders of the shim; `answers` has one file for each config.ml. */
export function shimFolders(storage: string): { readonly answers: string; readonly bin: string } {
  const base = join(storage, "merlin");
  return { answers: join(base, "answers"), bin: join(base, "bin") };
}

/**
 * The environment that makes a language server use the shim; without `root`, only for files in dune
 * projects. ocaml-lsp looks for the program relative to each folder of PATH and adds `.exe` on Windows,
 * so the variable contains a path that leads from any folder up to the root of the file system and from
 * there down to the program.
 */
export function shimEnv(location: ShimLocation, root?: string): Env {
  const { answers, bin } = shimFolders(location.storage);
  const windows = location.platform === "win32";
  const program = windows ? location.runtime : join(bin, launcherName);
  return {
    [buildSystem]: fromAnyFolder(program, location.platform),
    ...(root !== undefined && { [projectRoot]: root }),
    ...(windows && {
      MIRAGEOS_ANSWERS: answers,
      ELECTRON_RUN_AS_NODE: "1",
      NODE_OPTIONS: `--require "${location.shim.replaceAll("\\", "/")}"`,
    }),
  };
}

/** The names of the variables that `shimEnv` may set. */
export const shimVariables = [
  buildSystem,
  projectRoot,
  "MIRAGEOS_ANSWERS",
  "ELECTRON_RUN_AS_NODE",
  "NODE_OPTIONS",
] as const;

function fromAnyFolder(path: string, platform: NodeJS.Platform): string {
  if (platform === "win32") return "..\\".repeat(stepsUp) + path.replace(/^[a-z]:[\\/]/i, "");
  return "../".repeat(stepsUp) + path.replace(/^\/+/, "");
}

/**
 * `env` for an ocaml-lsp older than 1.26, which always runs `dune ocaml-merlin`: PATH begins with a folder
 * whose `dune` runs the shim for this command and the real dune for all others.
 */
export function shimPath(location: ShimLocation, env: Env): Env {
  const folder = join(shimFolders(location.storage).bin, "dune-first");
  return mergeEnv(env, { PATH: [folder, env["PATH"] ?? ""].join(delimiter) });
}
