import { homedir } from "node:os";
import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import { currentEnv, findProgram } from "../../platform/env.ts";
import { problems, ProblemError } from "../../platform/errors.ts";
import { t } from "../../protocol/l10n.ts";
import { performAction, showProblem } from "../../platform/vscode/showProblem.ts";
import { readHost } from "../../toolchain/host.ts";
import { runInTerminal } from "../../toolchain/vscode/setupTerminal.ts";
import { defaultScope } from "../../toolchain/vscode/toolchain.ts";
import type { ToolchainScope } from "../../toolchain/toolchainScope.ts";
import {
  describeNeed,
  installPage,
  isInstallNeed,
  needs,
  packageManagers,
  installPlan,
  type InstallContext,
  type InstallNeed,
  type InstallPlan,
} from "../installPlan.ts";
import type { Walkthrough, WalkthroughContext } from "./walkthroughContext.ts";

type Parts = Pick<WalkthroughContext, "projects" | "toolchain">;

/**
 * Installs one of `needs`, or shows a picker if `argument` is none of them. Shows each command, and runs it in a
 * terminal once the user confirms. If it succeeds, shows the next command that the need takes, until none is left.
 */
export async function installTools(
  parts: Parts,
  record: Walkthrough["record"],
  argument: unknown,
): Promise<void> {
  if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
  record("tools");
  try {
    let context = await readContext(parts);
    const need = isInstallNeed(argument) ? argument : await chooseNeed(context);
    if (need === undefined) return;
    for (let last = ""; ;) {
      const plan = installPlan(need, context);
      if (plan.kind !== "run") return await showPlan(plan);
      // If the same command is planned again, it succeeded without installing what it should.
      if (plan.commandLine === last) return await showNotInstalled(plan.commandLine);
      if (!(await confirmCommand(plan))) return;
      const code = await runInTerminal(plan.title, plan.commandLine, homedir());
      parts.toolchain.refresh();
      if (code !== 0) return;
      last = plan.commandLine;
      context = await readContext(parts);
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    await showProblem(error.problem);
  }
}

/** Detects the tools, with progress in the status bar because it may take seconds. */
function readContext({ projects, toolchain }: Parts): Thenable<InstallContext> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: t("Detecting tools") },
    async () => {
      await projects.ready;
      const scope: ToolchainScope = projects.selected() ?? defaultScope(homedir());
      const [{ choice }, detections, host, switches] = await Promise.all([
        toolchain.environment(scope),
        toolchain.detections(scope),
        readHost(),
        toolchain.switches(scope),
      ]);
      const env = currentEnv();
      const firstFound = async (names: readonly string[]): Promise<string | undefined> => {
        for (const name of names) if (await findProgram(name, env)) return name;
        return undefined;
      };
      const packageManager = await firstFound(packageManagers(process.platform));
      const elevate = host.uid === 0 ? "" : ((await firstFound(["sudo", "doas"])) ?? "sudo");
      return {
        detections,
        host,
        ...(choice.kind === "opam" && { opamSwitch: choice.switch }),
        ...(!("code" in switches) && { switches: switches.map(({ name }) => name) }),
        ...(packageManager !== undefined && { packageManager }),
        curl: (await firstFound(["curl"])) !== undefined,
        asRoot: elevate === "" ? "" : `${elevate} `,
      };
    },
  );
}

async function chooseNeed(context: InstallContext): Promise<InstallNeed | undefined> {
  const items = needs.map((need) => {
    const plan = installPlan(need, context);
    const { label, purpose } = describeNeed(need);
    const detail = plan.kind === "run" ? plan.commandLine : plan.kind === "done" ? plan.detail : plan.why;
    return {
      label: `$(${plan.kind === "done" ? "pass" : "circle-outline"}) ${label}`,
      description: purpose,
      detail,
      need,
    };
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Install Tools"),
    placeHolder: t("Choose what to install; you can review the command before it runs"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.need;
}

async function confirmCommand({
  title,
  commandLine,
  why,
}: InstallPlan & { readonly kind: "run" }): Promise<boolean> {
  const run = t("Run in Terminal");
  const copy = t("Copy Command");
  const manual = t("Other Ways");
  const others =
    commandLine.includes("opam.ocaml.org") || title === t("Install opam") ? [copy, manual] : [copy];
  const chosen = await showInformationMessage(
    t("{0}?", title),
    { modal: true, detail: `${commandLine}\n\n${why}` },
    run,
    ...others,
  );
  if (chosen === copy) await vscode.env.clipboard.writeText(commandLine);
  if (chosen === manual) await performAction({ title: manual, url: installPage });
  return chosen === run;
}

async function showPlan(plan: Exclude<InstallPlan, { kind: "run" }>): Promise<void> {
  switch (plan.kind) {
    case "done":
      await showInformationMessage(plan.detail);
      return;
    case "selectSwitch":
      return showProblem({
        code: "no-switch",
        message: plan.why,
        actions: [{ title: t("Select Switch"), command: "mirageos.selectSwitch" }],
      });
    case "read": {
      return showProblem({
        code: "not-installable",
        message: plan.why,
        actions: [
          { title: t("Open Instructions"), url: plan.url },
          { title: t("Add Dev Container"), command: "mirageos.addDevContainer" },
        ],
      });
    }
  }
}

async function showNotInstalled(commandLine: string): Promise<void> {
  await showProblem({
    code: "not-installed",
    message: t(
      "{0} succeeded, but the tools it installs were not found. If it changed your PATH, reload the window.",
      commandLine,
    ),
    actions: [
      { title: t("Reload Window"), command: "workbench.action.reloadWindow" },
      { title: t("Check Setup"), command: "mirageos.checkSetup" },
    ],
  });
}
