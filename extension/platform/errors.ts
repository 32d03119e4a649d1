import { t } from "./l10n.ts";

/** What a message offers to do next: a command of the extension or a page to open. */
export type Action =
  | { readonly title: string; readonly command: string; readonly args?: readonly unknown[] }
  | { readonly title: string; readonly url: string };

/** Something the user is told: a stable code, a sentence naming the cause, and what to do about it. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly actions: readonly Action[];
}

/** Commands for the user to run, in this folder, such as those that make a tap interface. */
export interface HostCommands {
  readonly title: string;
  readonly commandLines: readonly string[];
  readonly root: string;
}

/** Opens the report of what is installed and what is missing. */
export const checkSetup: Action = { title: t("Check Setup"), command: "mirageos.checkSetup" };
const showOutput: Action = { title: t("Show Log"), command: "mirageos.showLog" };
const trust: Action = { title: t("Manage Workspace Trust"), command: "workbench.trust.manage" };

/** Every problem the extension can report, one factory each. */
export const problems = {
  untrusted: (): Problem => ({
    code: "untrusted",
    message: t("Restricted Mode: MirageOS runs no program of this workspace until you trust it."),
    actions: [trust],
  }),
  noUnikernel: (): Problem => ({
    code: "no-unikernel",
    message: t(
      "No unikernel was found: no config.ml in this workspace uses the Mirage DSL and calls register.",
    ),
    actions: [{ title: t("Open Folder"), command: "vscode.openFolder" }],
  }),
  toolMissing: (tool: string): Problem => ({
    code: "tool-missing",
    message: t("{0} was not found. Install it in the opam switch, or set its path in the settings.", tool),
    actions: [checkSetup],
  }),
  toolFailed: (tool: string, reason: string): Problem => ({
    code: "tool-failed",
    message: t("{0} could not be started: {1}", tool, reason),
    actions: [checkSetup, showOutput],
  }),
  switchUnusable: (name: string, reason: string): Problem => ({
    code: "switch-unusable",
    message: t("The environment of {0} could not be read: {1}", name, reason),
    actions: [{ title: t("Select Switch"), command: "mirageos.selectSwitch" }, showOutput],
  }),
  projectGone: (name: string): Problem => ({
    code: "project-gone",
    message: t("The config.ml of {0} no longer exists.", name),
    actions: [],
  }),
  stepFailed: (step: string, reason: string): Problem => ({
    code: "step-failed",
    message: t("The {0} step failed: {1}", step, reason),
    actions: [],
  }),
  linkLeadsOut: (path: string, leadsTo: string): Problem => ({
    code: "link-leads-out",
    message: t(
      "{0} leads out of this workspace, to {1}, and the step would write there. Remove the link, or open that folder itself.",
      path,
      leadsTo,
    ),
    actions: [],
  }),
  nothingConfigured: (): Problem => ({
    code: "nothing-configured",
    message: t("mirage ended well but configured nothing: does config.ml call register?"),
    actions: [],
  }),
  noImage: (target: string): Problem => ({
    code: "no-image",
    message: t(
      "The build ended well but made no image for {0}: the dune files are not those of a configure.",
      target,
    ),
    actions: [{ title: t("Configure Again"), command: "mirageos.configure" }],
  }),
  optionsUnreadable: (name: string, output: string): Problem => ({
    code: "options-unreadable",
    message: t("mirage could not tell the options of {0}: {1}", name, lastLines(output)),
    actions: [{ title: t("Open config.ml"), command: "mirageos.openConfig" }, checkSetup],
  }),
  bootByHand: (target: string, steps: readonly string[], image: string): Problem => ({
    code: "boot-by-hand",
    message: t("An image for {0} is not booted from here. {1}", target, steps.join(" ")),
    actions: [{ title: t("Reveal Image"), command: "mirageos.revealImage", args: [{ image }] }],
  }),
  notLaunched: (reason: string): Problem => ({
    code: "not-launched",
    message: reason,
    actions: [{ title: t("Open launch.json"), command: "workbench.action.debug.configure" }],
  }),
  notReady: (reason: string, fix?: HostCommands): Problem => ({
    code: "not-ready",
    message: reason,
    actions: fix
      ? [
          {
            title: `${fix.title}…`,
            command: "mirageos.showHostCommands",
            args: [{ ...fix, message: reason }],
          },
        ]
      : [],
  }),
  notBootable: (reason: string): Problem => ({
    code: "not-bootable",
    message: reason,
    actions: [
      { title: t("Open Setting"), command: "workbench.action.openSettings", args: ["mirageos.devices"] },
      checkSetup,
    ],
  }),
} satisfies Record<string, (...args: never[]) => Problem>;

function lastLines(output: string): string {
  const text = output.trim().split("\n").slice(-3).join(" ");
  return text.length > 300 ? `…${text.slice(-300)}` : text;
}

/** A problem as an exception, to end a job from deep inside. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}
