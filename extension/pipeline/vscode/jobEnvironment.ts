import * as vscode from "vscode";
import { problems, ProblemError, type Problem } from "../../platform/errors.ts";
import type { LogRun, LogWriter } from "../../logs/store/logStore.ts";
import type { Run } from "../../platform/process.ts";
import { labelOf } from "../../project/model.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import type { JobEnvironment, JobRequest } from "../model.ts";
import type { Publisher } from "./diagnostics.ts";

/** Connects jobs to VS Code: the tools and the stored answers of a project, its diagnostics, and prompts. */
export function createJobEnvironment(parts: {
  run: Run;
  projects: Projects;
  toolchain: Toolchain;
  publisher: () => Promise<Publisher>;
  log: vscode.LogOutputChannel;
  /** Starts a log session for the console of a run. */
  begin: (run: LogRun) => Promise<LogWriter>;
  /** Prepares the boot of a built image. It is passed in because this room must not import the launcher. */
  prepareBoot: JobEnvironment["boot"];
  /** Resolves to the bytes of an image in memory, or undefined if they cannot be read. The room `image` is not imported. */
  loadedSize: (image: string) => Promise<number | undefined>;
  /** Shows how a lock file changed. It is passed in because this room must not import upper ones. */
  reviewLock: JobEnvironment["reviewLock"];
  /** Shows a run that was refused before its boot was prepared. */
  showRefusedRun: (request: JobRequest, problem: Problem) => Promise<void>;
}): JobEnvironment {
  const { run, projects, toolchain, publisher, begin, log } = parts;
  return {
    run,
    state: async ({ id }) => (await projects.reread(id))?.state,
    resolve: async (command, unikernel) => {
      if (!vscode.workspace.isTrusted) throw new ProblemError(problems.untrusted());
      const { findEscapingLink } = await import("../symlinkGuard.ts");
      const link = await findEscapingLink(unikernel);
      if (link) throw new ProblemError(problems.linkLeadsOut(link.path, link.leadsTo));
      const { file, args, env } = await toolchain.command(command.tool, command.args, unikernel);
      return { file, args, cwd: command.cwd, env: { ...env, ...command.env } };
    },
    boot: async (request, state, onPrompt) => {
      const boot = await parts.prepareBoot(request, state, onPrompt);
      if (!boot) return undefined;
      const { id } = request.unikernel;
      const name = labelOf(request.unikernel);
      const bootArguments = request.bootArguments ?? projects.memory.bootArguments(id);
      const writer = await begin({ name, unikernel: id, target: request.target, bootArguments });
      return {
        ...boot,
        session: writer.session.id,
        onStart: (pid) => writer.started(pid, false),
        onOutput: (bytes, stream) => {
          boot.onOutput(bytes, stream);
          writer[stream](bytes);
        },
        explain: (result) => {
          const ending = boot.explain(result);
          const { code: _, ...outcome } = ending;
          writer.end(outcome);
          return ending;
        },
      };
    },
    checkTarget: async (request, use) => {
      const { unikernel, target, goal } = request;
      const { checkTarget } = await import("../../toolchain/vscode/checkTarget.ts");
      const obstacle = await checkTarget(toolchain, unikernel, target, use);
      if (!obstacle) return undefined;
      const { targetProblem } = await import("../../toolchain/targetProblem.ts");
      const { id, root } = unikernel;
      const problem = targetProblem(obstacle, { unikernel: id, root, builds: use.builds, again: { goal } });
      if (use.boots) await parts.showRefusedRun(request, problem);
      return problem;
    },
    confirmFetch: async (unikernel, why) => {
      if (projects.memory.buildsWithoutFetch(unikernel.id)) return "build";
      return (await import("./confirmFetch.ts")).confirmFetch(projects.memory, unikernel, why);
    },
    reviewLock: parts.reviewLock,
    built: async ({ unikernel, target }, startedAt) => {
      const { id } = unikernel;
      const image = projects.get(id)?.state.image;
      const loaded = image && (await parts.loadedSize(image.path));
      // The memory returns new values at once; only saving them for the next window takes time.
      const saved = [
        projects.memory.setBuildStart(id, target, startedAt),
        image && loaded !== undefined
          ? projects.memory.addBuiltImage(id, target, { at: image.builtAt, loaded })
          : undefined,
      ];
      await Promise.all([...saved, projects.reread(id)]);
    },
    fetched: async ({ unikernel: { id } }) => {
      const lockFile = projects.get(id)?.state.lockFile;
      if (lockFile === undefined) return;
      const { readFetchedLock } = await import("../../project/fetchedLock.ts");
      await projects.memory.setFetchedLock(id, await readFetchedLock(lockFile));
      await projects.reread(id);
    },
    report: async (...args) => (await publisher()).report(...args),
    logError: (error) => log.error(error instanceof Error ? error : String(error)),
  };
}
