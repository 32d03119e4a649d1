import type { Env } from "../../platform/env.ts";
import type { Problem } from "../../platform/errors.ts";
import type { OutputProblem } from "../../pipeline/output/outputProblem.ts";
import type { Unikernel } from "../../project/model.ts";
import type { ToolId } from "../../mirage/toolId.ts";
import type { GraphConfiguration } from "../model.ts";

/** What the evaluator needs to know of a unikernel. mirage runs in `root` and reads `configFile`. */
export type EvaluatedProject = Pick<
  Unikernel,
  "id" | "name" | "configFile" | "root" | "buildDir" | "workspaceFolder"
>;

/** The tools of a unikernel's switch, as the toolchain provides them. Every function may reject with a ProblemError. */
export interface EvaluatorTools {
  readonly environment: (project: EvaluatedProject) => Promise<{
    readonly env: Env;
    readonly label: string;
    readonly template?: readonly string[];
  }>;
  /** Absolute path of a program; undefined if it is not installed. */
  readonly path: (tool: ToolId, project: EvaluatedProject) => Promise<string | undefined>;
}

/** Why a query failed. */
export type EvaluationFailure =
  /** config.ml does not compile. `problems` refer to the user's own files. */
  | { readonly kind: "doesNotCompile"; readonly output: string; readonly problems: readonly OutputProblem[] }
  /** The program exited with an error or without a result; `output` is what it printed, without colours. */
  | { readonly kind: "failed"; readonly output: string }
  /** It was stopped after `seconds`. */
  | { readonly kind: "timedOut"; readonly step: "compile" | "evaluate"; readonly seconds: number }
  | { readonly kind: "cancelled" }
  /** No program could be run, because of Restricted Mode or because a tool is missing. */
  | { readonly kind: "noTool"; readonly problem: Problem };

/** The output of `mirage describe` for one configuration. */
export interface PrintedGraph {
  readonly kind: "printed";
  /** What `mirage describe` prints on stdout: name and keys, preceded by what config.ml itself prints. */
  readonly text: string;
  /** What `mirage describe --dot -o FILE` writes to FILE, unchanged. */
  readonly dot: string;
  /** Identifies config.ml and what it was compiled with; equal if neither has changed. */
  readonly content: string;
}

/** Files that `mirage configure` generates. */
export interface GeneratedFiles {
  readonly kind: "generated";
  /** `mirage/main.ml`. */
  readonly mainMl: string;
  /** `mirage/NAME-TARGET.opam`. */
  readonly opam: string;
  /** `mirage/manifest.json` of Solo5 targets. */
  readonly manifest: string | undefined;
}

export interface QueryOptions {
  readonly signal?: AbortSignal;
  /** Evaluates this text in place of the content of config.ml on disk, such as an older version. */
  readonly configText?: string;
}

export interface PrintGraphOptions extends QueryOptions {
  /** Adds the arguments of the last `mirage configure`, as mirage does; those of the configuration win. */
  readonly savedContext?: boolean;
}

/** A folder in which config.ml is compiled as mirage compiles it, for use by a language server. */
export interface ConfigBuild {
  readonly kind: "built";
  /** The dune root; config.ml has the same relative path in it as in the unikernel's root. */
  readonly folder: string;
  /** Path of the copy of config.ml. */
  readonly configFile: string;
  /** How dune is started there: its absolute path, leading arguments and the environment of the switch. */
  readonly dune: { readonly file: string; readonly args: readonly string[]; readonly env: Env };
}

/**
 * Builds config.ml in the extension's storage, in a folder for each config.ml and switch, and runs the
 * program to answer queries. Never writes into the user's folders.
 */
export interface ConfigEvaluator {
  /**
   * The graph of one configuration. It comes from a cache if neither config.ml nor the switch has changed
   * and config.ml does not seem to read anything else.
   */
  readonly printGraph: (
    project: EvaluatedProject,
    configuration: GraphConfiguration,
    options?: PrintGraphOptions,
  ) => Promise<PrintedGraph | EvaluationFailure>;
  /** Compiles config.ml as it is on disk. The folder exists even if it does not compile. */
  readonly build: (
    project: EvaluatedProject,
    options?: { readonly signal?: AbortSignal },
  ) => Promise<ConfigBuild | (EvaluationFailure & { readonly folder?: string })>;
  /** The files that `mirage configure` would generate for a configuration. */
  readonly generate: (
    project: EvaluatedProject,
    configuration: GraphConfiguration,
    options?: QueryOptions,
  ) => Promise<GeneratedFiles | EvaluationFailure>;
  /** The output of `mirage configure --help=plain`, which lists the options that config.ml declares. */
  readonly help: (
    project: EvaluatedProject,
    options?: QueryOptions,
  ) => Promise<{ readonly kind: "help"; readonly text: string } | EvaluationFailure>;
  /** Clears the caches, after the tools of a switch have changed. */
  readonly refresh: () => void;
}
