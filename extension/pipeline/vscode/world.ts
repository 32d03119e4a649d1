import * as vscode from "vscode";
import { problems, ProblemError } from "../../platform/errors.ts";
import type { LogWriter } from "../../logs/store.ts";
import type { Run } from "../../platform/process.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import type { JobWorld } from "../model.ts";
import type { Publisher } from "./diagnostics.ts";
import { t } from "../../platform/l10n.ts";

/** What jobs see of VS Code: the environment of a project, its remembered answers, its diagnostics. */
export function createWorld(parts: {
  run: Run;
  projects: Projects;
  toolchain: Toolchain;
  publisher: () => Promise<Publisher>;
  /** A folder of the extension's own. */
  scratch: string;
  /** Begins to keep the console of a run. */
  begin: (run: { name: string; unikernel: string; target: string }) => Promise<LogWriter>;
}): JobWorld {
  const { run, projects, toolchain, publisher, begin } = parts;
  return {
    run,
    state: async ({ id }) => (await projects.reread(id))?.state,
    resolve: async (command, unikernel) => {
      if (!vscode.workspace.isTrusted) throw new ProblemError(problems.untrusted());
      const { linkOut } = await import("../linkOut.ts");
      const link = await linkOut(unikernel);
      if (link) throw new ProblemError(problems.linkLeadsOut(link.path, link.leadsTo));
      const { file, args, env } = await toolchain.command(command.tool, command.args, unikernel);
      return { file, args, cwd: command.cwd, env: { ...env, ...command.env } };
    },
    boot: async (request, state, asking) => {
      const { bootBuilt } = await import("../../launch/vscode/ready.ts");
      const booted = await bootBuilt(parts, request, state, asking);
      if (!booted) return undefined;
      const { name, id } = request.unikernel;
      const writer = await begin({ name, unikernel: id, target: request.target });
      return {
        ...booted,
        onOutput: (bytes, stream) => {
          booted.onOutput(bytes);
          writer[stream](bytes);
        },
        explain: (result) => {
          const ending = booted.explain(result);
          writer.end({ kind: ending.kind, text: ending.text });
          return ending;
        },
      };
    },
    confirmFetch: async (unikernel, why) => {
      if (projects.memory.buildsWithoutFetch(unikernel.id)) return "build";
      const fetch = t("Fetch Dependencies");
      const build = t("Build Without Fetching");
      const detail = t(
        "{0} Fetching runs make lock, install-switch and pull: it uses the network and takes minutes.",
        why,
      );
      const answer = await vscode.window.showWarningMessage(
        t("Fetch the dependencies of {0} first?", unikernel.name),
        { modal: true, detail },
        fetch,
        build,
      );
      if (answer === fetch) return "fetch";
      if (answer !== build) return "cancel";
      await projects.memory.setBuildsWithoutFetch(unikernel.id);
      return "build";
    },
    built: async ({ unikernel, target }, beganAt) => {
      // The memory has it at once; what takes time is to keep it for the next window.
      const kept = projects.memory.setBuildBegan(unikernel.id, target, beganAt);
      await Promise.all([kept, projects.reread(unikernel.id)]);
    },
    report: async (unikernel, step, found) => (await publisher()).report(unikernel, step, found),
  };
}
