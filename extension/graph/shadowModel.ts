import type { Env } from "../platform/env.ts";
import type { Problem } from "../platform/errors.ts";
import type { OutputProblem } from "../pipeline/diagnostics.ts";
import type { Unikernel } from "../project/model.ts";
import type { ToolId } from "../toolchain/toolId.ts";
import type { Configuration } from "./model.ts";

/** What a shadow must know of a unikernel. `root` is where mirage runs, `configFile` what it reads. */
export type ShadowProject = Pick<
  Unikernel,
  "id" | "name" | "configFile" | "root" | "buildDir" | "workspaceFolder"
>;

/** The tools of a unikernel's switch; the toolchain is one. Every function may reject with a ProblemError. */
export interface ShadowTools {
  readonly environment: (project: ShadowProject) => Promise<{
    readonly env: Env;
    readonly label: string;
    readonly template?: readonly string[];
  }>;
  /** Absolute path of a program; undefined when it is missing. */
  readonly path: (tool: ToolId, project: ShadowProject) => Promise<string | undefined>;
}

/** Why there is no answer from config.ml; common to all questions. */
export type ShadowFailure =
  /** The compiler refused config.ml. `problems` point into the user's own files. */
  | { readonly kind: "doesNotCompile"; readonly output: string; readonly problems: readonly OutputProblem[] }
  /** config.ml compiled, but ended with an error or without an answer; `output` says which, without colours. */
  | { readonly kind: "failed"; readonly output: string }
  /** It was ended because it took longer than `seconds`. */
  | { readonly kind: "timedOut"; readonly step: "compile" | "evaluate"; readonly seconds: number }
  | { readonly kind: "cancelled" }
  /** Nothing could be run: Restricted Mode, or a tool is missing. */
  | { readonly kind: "noTool"; readonly problem: Problem };

/** One configuration as mirage describes it. */
export interface Described {
  readonly kind: "described";
  /** What `mirage describe` prints on stdout: name and keys, after whatever config.ml itself prints. */
  readonly text: string;
  /** What `mirage describe --dot -o FILE` writes to FILE, byte for byte. */
  readonly dot: string;
  /** Names the content of config.ml and what it was compiled with: equal when nothing has changed. */
  readonly content: string;
}

/** Files that `mirage configure` writes, of interest to readers. */
export interface Generated {
  readonly kind: "generated";
  /** `mirage/main.ml`. */
  readonly mainMl: string;
  /** `mirage/NAME-TARGET.opam`. */
  readonly opam: string;
  /** `mirage/manifest.json` of Solo5 targets. */
  readonly manifest: string | undefined;
}

export interface AskOptions {
  readonly signal?: AbortSignal;
  /** Asks about this text instead of what config.ml holds on disk, such as an older version of it. */
  readonly configText?: string;
}

export interface DescribeOptions extends AskOptions {
  /** Adds the arguments of the last `mirage configure` below those of the configuration, as mirage does. */
  readonly savedContext?: boolean;
}

/** A folder in which config.ml is compiled as mirage compiles it, for a language server to ask about. */
export interface BuiltShadow {
  readonly kind: "built";
  /** The dune root: `config.ml` is in it at the same place as below the unikernel's root. */
  readonly folder: string;
  /** Path of the copy of config.ml in it. */
  readonly configFile: string;
  /** How a program is started there: absolute path of dune, and the environment of the switch. */
  readonly dune: { readonly file: string; readonly args: readonly string[]; readonly env: Env };
}

/** Private builds of config.ml, one folder for each config.ml and switch. Nothing here writes into the user's tree. */
export interface Shadows {
  /** The graph of one configuration, from memory when neither config.ml nor the switch has changed and config.ml reads nothing else. */
  readonly describe: (
    project: ShadowProject,
    configuration: Configuration,
    options?: DescribeOptions,
  ) => Promise<Described | ShadowFailure>;
  /** Writes and compiles the shadow of config.ml as it is on disk. The folder is there even when it does not compile. */
  readonly built: (
    project: ShadowProject,
    options?: { readonly signal?: AbortSignal },
  ) => Promise<BuiltShadow | (ShadowFailure & { readonly folder?: string })>;
  /** What `mirage configure` would write for a configuration. */
  readonly generate: (
    project: ShadowProject,
    configuration: Configuration,
    options?: AskOptions,
  ) => Promise<Generated | ShadowFailure>;
  /** The manual of `mirage configure --help=plain` with the options that config.ml declares. */
  readonly help: (
    project: ShadowProject,
    options?: AskOptions,
  ) => Promise<{ readonly kind: "help"; readonly text: string } | ShadowFailure>;
  /** Forgets what was read from the switch, so that the next question looks anew. */
  readonly refresh: () => void;
}
