import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { problems } from "../../platform/errors.ts";
import type { Run } from "../../platform/process.ts";
import { createKeyedQueue } from "../../platform/keyedQueue.ts";
import { commandIn } from "../../toolchain/environment.ts";
import { compileConfig, findCompiler, shortHash, type Compiler } from "./compileConfig.ts";
import {
  copyProject,
  storeProgram,
  pruneBuildFolders,
  touchBuildFolder,
  withFolderLock,
  withScratchFolder,
  writeInputs,
  type StorageBounds,
} from "./buildFolders.ts";
import { readInputs, type BuildInputs } from "./buildInputs.ts";
import type {
  ConfigBuild,
  PrintedGraph,
  PrintGraphOptions,
  QueryOptions,
  GeneratedFiles,
  EvaluationFailure,
  EvaluatedProject,
  ConfigEvaluator,
  EvaluatorTools,
} from "./types.ts";
import {
  configureArguments,
  describeArguments,
  failureOfRun,
  helpArguments,
  runWithTimeout,
  withoutOutputLine,
} from "./runConfig.ts";
import {
  savedContext,
  exists,
  failureOfException,
  configFolder,
  generatedIn,
  noOutput,
  readBounded,
} from "./readOutputs.ts";
import { BoundedCache } from "./boundedCache.ts";
import type { GraphConfiguration } from "../model.ts";

export interface ConfigEvaluatorInput {
  readonly run: Run;
  /** A folder used by evaluators only; it is created on demand. */
  readonly folder: string;
  readonly tools: EvaluatorTools;
  /** Whether programs of the workspace may run. Called before each query. */
  readonly trusted: () => boolean;
  /** Milliseconds, as `Date.now`. */
  readonly now?: () => number;
  readonly limits?: Partial<EvaluatorLimits>;
}

export interface EvaluatorLimits extends StorageBounds {
  readonly compileMs: number;
  readonly evaluateMs: number;
}

const defaultLimits: EvaluatorLimits = {
  compileMs: 60_000,
  evaluateMs: 20_000,
  folders: 24,
  age: 30 * 24 * 3600 * 1000,
  versions: 6,
};

/** Characters of descriptions that are cached. */
const cacheSize = 16 * 1024 * 1024;

/** What is known of a config.ml before it is compiled. */
interface PreparedBuild {
  readonly kind: "prepared";
  readonly compiler: Compiler;
  readonly inputs: BuildInputs;
  /** The folder for this config.ml and switch. */
  readonly home: string;
  /** The dune root in it. */
  readonly source: string;
  /** Path under which the compiled program is stored. */
  readonly program: string;
  /** Identifies the inputs and the compiler. */
  readonly content: string;
}

/**
 * Builds config.ml in the extension's storage and runs the resulting program, config.exe. Each config.ml
 * and switch has a folder:
 *
 *     used            its time is that of the last use, its text the path of config.ml
 *     lock            exists while a window compiles
 *     source/         dune root with base dune files and the config.ml on disk; also used by language servers
 *     other/          the same for other texts of config.ml
 *     programs/HASH   config.exe, by a hash of its inputs and compiler
 *     run-HASH/       output of one run
 *
 * config.exe runs in the folder where mirage runs, because config.ml may read files by relative paths.
 * The files that it writes go to the folder above.
 */
export class DuneConfigEvaluator implements ConfigEvaluator {
  private readonly input: ConfigEvaluatorInput;
  private readonly limits: EvaluatorLimits;
  private readonly now: () => number;
  private readonly queue = createKeyedQueue();
  private readonly descriptions = new BoundedCache(cacheSize);
  /** Compile errors by content, so that a query for another target does not compile again. */
  private readonly refused = new Map<string, EvaluationFailure>();
  private pruned = false;

  constructor(input: ConfigEvaluatorInput) {
    this.input = input;
    this.limits = { ...defaultLimits, ...input.limits };
    this.now = input.now ?? Date.now;
  }

  printGraph(
    project: EvaluatedProject,
    configuration: GraphConfiguration,
    options: PrintGraphOptions = {},
  ): Promise<PrintedGraph | EvaluationFailure> {
    return this.query(project, options, async (build) => {
      const contextFile = options.savedContext === true ? await savedContext(project) : undefined;
      const { target, evaluate, options: given } = configuration;
      const key = JSON.stringify([build.content, project.root, target, evaluate, given, contextFile?.text]);
      const cached = build.inputs.readsOtherFiles ? undefined : this.descriptions.get(key);
      if (cached) return { kind: "printed", text: cached[0], dot: cached[1], content: build.content };
      return await withScratchFolder(build.home, async (scratch) => {
        const dotFile = join(scratch, "graph.dot");
        const { configFile } = build.inputs;
        const paths = { configFile, dotFile, ...(contextFile && { contextFile: contextFile.path }) };
        const args = describeArguments(configuration, paths);
        const ran = await this.evaluate(build, args, project.root, options.signal);
        if (ran.kind !== "ran") return ran;
        const dot = await readBounded(dotFile);
        if (dot === undefined) return noOutput(ran.stdout);
        const text = withoutOutputLine(ran.stdout, dotFile);
        this.descriptions.set(key, [text, dot]);
        return { kind: "printed", text, dot, content: build.content };
      });
    });
  }

  generate(
    project: EvaluatedProject,
    configuration: GraphConfiguration,
    options: QueryOptions = {},
  ): Promise<GeneratedFiles | EvaluationFailure> {
    return this.query<GeneratedFiles>(project, options, async (build) => {
      const { args, context, contextFile } = configureArguments(configuration, build.inputs);
      const attempt = (withProjectFiles: boolean) =>
        withScratchFolder(build.home, async (scratch) => {
          await writeInputs(scratch, build.inputs);
          if (withProjectFiles) await copyProject(project.root, scratch, build.inputs);
          await writeFile(join(scratch, contextFile), context);
          const ran = await this.evaluate(build, args, scratch, options.signal);
          if (ran.kind !== "ran") return ran;
          return (await generatedIn(join(scratch, configFolder(build.inputs)))) ?? noOutput(ran.stdout);
        });
      const first = await attempt(false);
      // config.ml may have failed because it reads a file of the project.
      return first.kind === "failed" ? await attempt(true) : first;
    });
  }

  help(
    project: EvaluatedProject,
    options: QueryOptions = {},
  ): Promise<{ readonly kind: "help"; readonly text: string } | EvaluationFailure> {
    return this.query(project, options, async (build) => {
      const ran = await this.evaluate(build, helpArguments(build.inputs), project.root, options.signal);
      return ran.kind === "ran" ? { kind: "help", text: ran.stdout } : ran;
    });
  }

  async build(
    project: EvaluatedProject,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<ConfigBuild | (EvaluationFailure & { readonly folder?: string })> {
    try {
      const build = await this.prepare(project, options);
      if (build.kind !== "prepared") return build;
      const { source, compiler, inputs } = build;
      // Even if the program is already compiled, the folder may contain an earlier config.ml.
      const written = await this.exclusively(build.home, options.signal, async () => {
        await writeInputs(source, inputs);
        return { kind: "written" } as const;
      });
      if (written.kind !== "written") return { ...written, folder: source };
      const failure = await this.ensureCompiled(project, build, options.signal);
      if (failure) return { ...failure, folder: source };
      const dune = { ...commandIn(compiler, compiler.dune, []), env: compiler.env };
      return { kind: "built", folder: source, configFile: join(source, inputs.configFile), dune };
    } catch (error) {
      return failureOfException(error);
    }
  }

  refresh(): void {
    this.refused.clear();
    this.descriptions.clear();
  }

  /** Compiles config.ml unless that is done, then runs `answer`; exceptions become failures. */
  private async query<T extends { readonly kind: string }>(
    project: EvaluatedProject,
    options: QueryOptions,
    answer: (build: PreparedBuild) => Promise<T | EvaluationFailure>,
  ): Promise<T | EvaluationFailure> {
    try {
      if (options.signal?.aborted) return { kind: "cancelled" };
      const build = await this.prepare(project, options);
      if (build.kind !== "prepared") return build;
      const failure = await this.ensureCompiled(project, build, options.signal);
      return failure ?? (await answer(build));
    } catch (error) {
      return failureOfException(error);
    }
  }

  private async prepare(
    project: EvaluatedProject,
    { configText }: QueryOptions,
  ): Promise<PreparedBuild | EvaluationFailure> {
    const { trusted, tools, folder } = this.input;
    if (!trusted()) return { kind: "noTool", problem: problems.untrusted() };
    const compiler = await findCompiler(tools, project);
    if ("kind" in compiler) return compiler;
    const inputs = await readInputs(project, configText);
    const content = shortHash(`${inputs.digest} ${compiler.identity} ${compiler.stamp}`);
    const home = join(folder, shortHash(`${project.configFile}\0${compiler.identity}`));
    const source = join(home, configText === undefined ? "source" : "other");
    const program = join(home, "programs", process.platform === "win32" ? `${content}.exe` : content);
    await touchBuildFolder(home, project.configFile, this.now());
    if (!this.pruned) {
      this.pruned = true;
      // Not awaited, because no query depends on it.
      void pruneBuildFolders(folder, this.limits, this.now());
    }
    return { kind: "prepared", compiler, inputs, home, source, program, content };
  }

  /** Returns why config.ml could not be compiled, or `undefined` if the program exists. */
  private async ensureCompiled(
    project: EvaluatedProject,
    build: PreparedBuild,
    signal: AbortSignal | undefined,
  ): Promise<EvaluationFailure | undefined> {
    if (await exists(build.program)) return undefined;
    const known = this.refused.get(build.content);
    if (known) return known;
    return await this.exclusively(build.home, signal, async () => {
      // Another query or window may have compiled it in the meantime.
      if (await exists(build.program)) return undefined;
      const { compiler, inputs, source } = build;
      const limit = { compileMs: this.limits.compileMs, ...(signal && { signal }) };
      const result = await compileConfig(this.input.run, compiler, project, inputs, source, limit);
      if (result.kind === "doesNotCompile") this.refused.set(build.content, result);
      if (result.kind !== "compiled") return result;
      await storeProgram(result.program, build.program, this.limits);
      return undefined;
    });
  }

  /** Runs a job while no other job of any window uses the folder: a queue in this window, a lock file among windows. */
  private async exclusively<T>(
    home: string,
    signal: AbortSignal | undefined,
    job: () => Promise<T>,
  ): Promise<T | EvaluationFailure> {
    const { compileMs } = this.limits;
    const timeout = AbortSignal.timeout(2 * compileMs);
    const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
    const lock = { signal: either, staleMs: compileMs + 60_000 };
    try {
      return await this.queue.run(home, () => withFolderLock(home, lock, job), either);
    } catch (error) {
      if (signal?.aborted) return { kind: "cancelled" };
      if (timeout.aborted) return { kind: "timedOut", step: "compile", seconds: (2 * compileMs) / 1000 };
      throw error;
    }
  }

  private async evaluate(
    { compiler, program }: PreparedBuild,
    args: readonly string[],
    cwd: string,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly kind: "ran"; readonly stdout: string } | EvaluationFailure> {
    const { evaluateMs } = this.limits;
    const spec = { ...commandIn(compiler, program, args), cwd, env: compiler.env };
    const ended = await runWithTimeout(this.input.run, spec, evaluateMs, signal);
    return failureOfRun(ended, evaluateMs / 1000) ?? { kind: "ran", stdout: ended.stdout };
  }
}
