import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { problems } from "../platform/errors.ts";
import type { Run } from "../platform/process.ts";
import { createStrand } from "../platform/strand.ts";
import { commandIn } from "../toolchain/environment.ts";
import { compile, findCompiler, shortHash, type Compiler } from "./shadowBuild.ts";
import {
  copyProject,
  keepProgram,
  pruneShadows,
  touchShadow,
  withFolderLock,
  withScratch,
  writeInputs,
  type ShadowBounds,
} from "./shadowFolders.ts";
import { readInputs, type ShadowInputs } from "./shadowInputs.ts";
import type {
  AskOptions,
  Generated,
  ShadowFailure,
  ShadowProject,
  Shadows,
  ShadowTools,
} from "./shadowModel.ts";
import {
  configureArguments,
  describeArguments,
  failureOf,
  helpArguments,
  runLimited,
  withoutOutputLine,
} from "./shadowRun.ts";
import {
  contextOf,
  exists,
  failureFrom,
  folderOf,
  generatedIn,
  nothingSaid,
  readBounded,
} from "./shadowOutputs.ts";
import { boundedTexts } from "./shadowTexts.ts";

export interface ShadowsInput {
  readonly run: Run;
  /** A folder of the extension's own, for nothing but this. It is made when it is needed. */
  readonly folder: string;
  readonly tools: ShadowTools;
  /** Whether programs of the workspace may be run; asked each time. */
  readonly trusted: () => boolean;
  /** Milliseconds, as `Date.now`. */
  readonly now?: () => number;
  readonly limits?: Partial<ShadowLimits>;
}

export interface ShadowLimits extends ShadowBounds {
  readonly compileMs: number;
  readonly evaluateMs: number;
}

const defaults: ShadowLimits = {
  compileMs: 60_000,
  evaluateMs: 20_000,
  shadows: 24,
  age: 30 * 24 * 3600 * 1000,
  versions: 6,
};

/** What is known before a question is asked of config.exe. */
interface Ready {
  readonly kind: "ready";
  readonly compiler: Compiler;
  readonly inputs: ShadowInputs;
  /** The folder of config.ml and the switch. */
  readonly home: string;
  /** The dune root in it. */
  readonly source: string;
  /** Where the compiled program is kept. */
  readonly program: string;
  readonly content: string;
}

/**
 * Private builds of config.ml. Each config.ml and switch has a folder:
 *
 *     used            when it was used last, and for which config.ml
 *     lock            held while a window compiles
 *     source/         dune root: base dune files and config.ml as it is on disk; the language server's too
 *     other/          the same for other texts of config.ml
 *     programs/HASH   config.exe by what it was compiled from and with
 *     run-HASH/       what a run writes
 *
 * config.exe runs in the folder where mirage runs, since config.ml may read files by relative paths;
 * what it writes by itself goes to a folder here.
 */
export function createShadows(input: ShadowsInput): Shadows {
  const { run, tools } = input;
  const limits = { ...defaults, ...input.limits };
  const now = input.now ?? Date.now;
  const strand = createStrand();
  const described = boundedTexts(16 * 1024 * 1024);
  /** What the compiler said of contents it refused: asking for each target need not compile again. */
  let refused = new Map<string, ShadowFailure>();
  let pruned = false;

  const prepare = async (
    project: ShadowProject,
    { configText }: AskOptions,
  ): Promise<Ready | ShadowFailure> => {
    if (!input.trusted()) return { kind: "noTool", problem: problems.untrusted() };
    const compiler = await findCompiler(tools, project);
    if ("kind" in compiler) return compiler;
    const inputs = await readInputs(project, configText);
    const content = shortHash(`${inputs.digest} ${compiler.identity} ${compiler.stamp}`);
    const home = join(input.folder, shortHash(`${project.configFile}\0${compiler.identity}`));
    const source = join(home, configText === undefined ? "source" : "other");
    const program = join(home, "programs", process.platform === "win32" ? `${content}.exe` : content);
    await touchShadow(home, project.configFile, now());
    if (!pruned) {
      pruned = true;
      // Nobody waits for it: a folder removed late does no harm.
      void pruneShadows(input.folder, limits, now());
    }
    return { kind: "ready", compiler, inputs, home, source, program, content };
  };

  const compiled = async (
    project: ShadowProject,
    ready: Ready,
    signal: AbortSignal | undefined,
  ): Promise<ShadowFailure | undefined> => {
    if (await exists(ready.program)) return undefined;
    const before = refused.get(ready.content);
    if (before) return before;
    const build = async (): Promise<ShadowFailure | undefined> => {
      // Another question, or another window, may have compiled it meanwhile.
      if (await exists(ready.program)) return undefined;
      const { compiler, inputs, source } = ready;
      const limit = { compileMs: limits.compileMs, ...(signal && { signal }) };
      const result = await compile(run, compiler, project, inputs, source, limit);
      if (result.kind === "doesNotCompile") refused.set(ready.content, result);
      if (result.kind !== "compiled") return result;
      await keepProgram(result.program, ready.program, limits);
      return undefined;
    };
    return await alone(ready.home, signal, build);
  };

  /** In this window on a strand, among windows with a lock. */
  const alone = async <T>(
    home: string,
    signal: AbortSignal | undefined,
    job: () => Promise<T>,
  ): Promise<T | ShadowFailure> => {
    const waiting = AbortSignal.timeout(2 * limits.compileMs);
    const either = signal ? AbortSignal.any([signal, waiting]) : waiting;
    const lock = { signal: either, staleMs: limits.compileMs + 60_000 };
    try {
      return await strand.run(home, () => withFolderLock(home, lock, job), either);
    } catch (error) {
      if (signal?.aborted) return { kind: "cancelled" };
      if (waiting.aborted)
        return { kind: "timedOut", step: "compile", seconds: (2 * limits.compileMs) / 1000 };
      throw error;
    }
  };

  /** Answers a question with config.exe, compiled first where that is needed. */
  const ask = async <T extends { readonly kind: string }>(
    project: ShadowProject,
    options: AskOptions,
    question: (ready: Ready) => Promise<T | ShadowFailure>,
  ): Promise<T | ShadowFailure> => {
    try {
      if (options.signal?.aborted) return { kind: "cancelled" };
      const ready = await prepare(project, options);
      if (ready.kind !== "ready") return ready;
      const failure = await compiled(project, ready, options.signal);
      return failure ?? (await question(ready));
    } catch (error) {
      return failureFrom(error);
    }
  };

  const evaluate = async (
    ready: Ready,
    args: readonly string[],
    cwd: string,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly kind: "ran"; readonly stdout: string } | ShadowFailure> => {
    const { compiler } = ready;
    const spec = { ...commandIn(compiler, ready.program, args), cwd, env: compiler.env };
    const ended = await runLimited(run, spec, limits.evaluateMs, signal);
    return failureOf(ended, limits.evaluateMs / 1000) ?? { kind: "ran", stdout: ended.stdout };
  };

  const describe: Shadows["describe"] = (project, configuration, options = {}) =>
    ask(project, options, async (ready) => {
      const contextFile = options.savedContext === true ? await contextOf(project) : undefined;
      const asked = [configuration.target, configuration.evaluate, configuration.options, contextFile?.text];
      const key = JSON.stringify([ready.content, project.root, asked]);
      const known = ready.inputs.looksAround ? undefined : described.get(key);
      if (known) return { kind: "described", text: known[0], dot: known[1], content: ready.content };
      return await withScratch(ready.home, async (scratch) => {
        const dotFile = join(scratch, "graph.dot");
        const { configFile } = ready.inputs;
        const where = { configFile, dotFile, ...(contextFile && { contextFile: contextFile.path }) };
        const args = describeArguments(configuration, where);
        const ran = await evaluate(ready, args, project.root, options.signal);
        if (ran.kind !== "ran") return ran;
        const dot = await readBounded(dotFile);
        if (dot === undefined) return nothingSaid(ran.stdout);
        const text = withoutOutputLine(ran.stdout, dotFile);
        described.set(key, [text, dot]);
        return { kind: "described", text, dot, content: ready.content };
      });
    });

  const generate: Shadows["generate"] = (project, configuration, options = {}) =>
    ask<Generated>(project, options, async (ready) => {
      const { args, context, contextFile } = configureArguments(configuration, ready.inputs);
      const attempt = (copied: boolean) =>
        withScratch(ready.home, async (scratch) => {
          await writeInputs(scratch, ready.inputs);
          if (copied) await copyProject(project.root, scratch, ready.inputs);
          await writeFile(join(scratch, contextFile), context);
          const ran = await evaluate(ready, args, scratch, options.signal);
          if (ran.kind !== "ran") return ran;
          return (await generatedIn(join(scratch, folderOf(ready.inputs)))) ?? nothingSaid(ran.stdout);
        });
      const first = await attempt(false);
      // It may have looked for a file of the project.
      return first.kind === "failed" ? await attempt(true) : first;
    });

  const help: Shadows["help"] = (project, options = {}) =>
    ask(project, options, async (ready) => {
      const args = helpArguments(ready.inputs);
      const ran = await evaluate(ready, args, project.root, options.signal);
      return ran.kind === "ran" ? { kind: "help", text: ran.stdout } : ran;
    });

  const built: Shadows["built"] = async (project, options = {}) => {
    try {
      const ready = await prepare(project, options);
      if (ready.kind !== "ready") return ready;
      const { source, compiler, inputs } = ready;
      // A compiled program says nothing of the folder: that may hold what came before.
      const written = await alone(ready.home, options.signal, async () => {
        await writeInputs(source, inputs);
        return { kind: "written" } as const;
      });
      if (written.kind !== "written") return { ...written, folder: source };
      const failure = await compiled(project, ready, options.signal);
      if (failure) return { ...failure, folder: source };
      const dune = { ...commandIn(compiler, compiler.dune, []), env: compiler.env };
      return { kind: "built", folder: source, configFile: join(source, inputs.configFile), dune };
    } catch (error) {
      return failureFrom(error);
    }
  };

  return {
    describe,
    built,
    generate,
    help,
    refresh: () => {
      refused = new Map();
      described.clear();
    },
  };
}
