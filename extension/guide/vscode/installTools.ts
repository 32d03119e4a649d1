import { homedir } from "node:os";
import * as vscode from "vscode";
import { findProgram, type Env } from "../../platform/env.ts";
import { problems, ProblemError } from "../../platform/errors.ts";
import { t } from "../../platform/l10n.ts";
import { perform, tell } from "../../platform/vscode/tell.ts";
import { readHost } from "../../toolchain/host.ts";
import { runInTerminal } from "../../toolchain/vscode/setupTerminal.ts";
import { defaultPlace, type Place } from "../../toolchain/vscode/toolchain.ts";
import {
  describeNeed,
  installPage,
  isNeed,
  needs,
  packageManagers,
  planFor,
  type Here,
  type Need,
  type Plan,
} from "../installing.ts";
import type { Guide, GuideParts } from "./register.ts";

type Parts = Pick<GuideParts, "projects" | "toolchain">;

/**
 * Installs one of `needs`, or asks which: each command is shown, and runs in a terminal once the user agrees. When
 * it went well, the next one that the need takes is shown in the same way.
 */
export async function installTools(parts: Parts, note: Guide["note"], asked: unknown): Promise<void> {
  if (!vscode.workspace.isTrusted) return tell(problems.untrusted());
  note("tools");
  try {
    let here = await lookAround(parts);
    const need = isNeed(asked) ? asked : await chooseNeed(here);
    if (need === undefined) return;
    for (let last = ""; ;) {
      const plan = planFor(need, here);
      if (plan.kind !== "run") return await tellPlan(plan);
      // A command that went well and is still the next one has not done what it should.
      if (plan.commandLine === last) return await tellUnchanged(plan.commandLine);
      if (!(await agreed(plan))) return;
      const code = await runInTerminal(plan.title, plan.commandLine, homedir());
      parts.toolchain.refresh();
      if (code !== 0) return;
      last = plan.commandLine;
      here = await lookAround(parts);
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    await tell(error.problem);
  }
}

/** Asks the tools, with a word in the status bar, for it may take seconds. */
function lookAround({ projects, toolchain }: Parts): Thenable<Here> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: t("Looking for the tools") },
    async () => {
      await projects.ready;
      const place: Place = projects.selected() ?? defaultPlace(homedir());
      const [{ choice }, detections, host, switches] = await Promise.all([
        toolchain.environment(place),
        toolchain.detections(place),
        readHost(),
        toolchain.switches(place),
      ]);
      const env: Env = Object.fromEntries(
        Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      );
      const first = async (names: readonly string[]): Promise<string | undefined> => {
        for (const name of names) if (await findProgram(name, env)) return name;
        return undefined;
      };
      const packageManager = await first(packageManagers(process.platform));
      const raise = host.uid === 0 ? "" : ((await first(["sudo", "doas"])) ?? "sudo");
      return {
        detections,
        host,
        ...(choice.kind === "opam" && { opamSwitch: choice.switch }),
        ...(!("code" in switches) && { switches: switches.map(({ name }) => name) }),
        ...(packageManager !== undefined && { packageManager }),
        curl: (await first(["curl"])) !== undefined,
        asRoot: raise === "" ? "" : `${raise} `,
      };
    },
  );
}

async function chooseNeed(here: Here): Promise<Need | undefined> {
  const items = needs.map((need) => {
    const plan = planFor(need, here);
    const { label, gives } = describeNeed(need);
    const detail = plan.kind === "run" ? plan.commandLine : plan.kind === "done" ? plan.detail : plan.why;
    return {
      label: `$(${plan.kind === "done" ? "pass" : "circle-outline"}) ${label}`,
      description: gives,
      detail,
      need,
    };
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Install Tools"),
    placeHolder: t("What to install; the command is shown again before it runs"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.need;
}

async function agreed({ title, commandLine, why }: Plan & { readonly kind: "run" }): Promise<boolean> {
  const run = t("Run in Terminal");
  const copy = t("Copy Command");
  const manual = t("Other Ways");
  const others =
    commandLine.includes("opam.ocaml.org") || title === t("Install opam") ? [copy, manual] : [copy];
  const chosen = await vscode.window.showInformationMessage(
    t("{0}?", title),
    { modal: true, detail: `${commandLine}\n\n${why}` },
    run,
    ...others,
  );
  if (chosen === copy) await vscode.env.clipboard.writeText(commandLine);
  if (chosen === manual) await perform({ title: manual, url: installPage });
  return chosen === run;
}

async function tellPlan(plan: Exclude<Plan, { kind: "run" }>): Promise<void> {
  switch (plan.kind) {
    case "done":
      await vscode.window.showInformationMessage(plan.detail);
      return;
    case "selectSwitch":
      return tell({
        code: "no-switch",
        message: plan.why,
        actions: [{ title: t("Select Switch"), command: "mirageos.selectSwitch" }],
      });
    case "read": {
      return tell({
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

async function tellUnchanged(commandLine: string): Promise<void> {
  await tell({
    code: "not-installed",
    message: t(
      "{0} ended well, but what it installs is not found. If it changed your PATH, reload the window.",
      commandLine,
    ),
    actions: [
      { title: t("Reload Window"), command: "workbench.action.reloadWindow" },
      { title: t("Check Setup"), command: "mirageos.checkSetup" },
    ],
  });
}
