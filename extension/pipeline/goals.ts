import { t } from "../protocol/l10n.ts";

/** A step runs one program. */
export const steps = ["configure", "lock", "install-switch", "pull", "build", "clean", "run"] as const;
export type Step = (typeof steps)[number];

/** A goal is what the user requests: one step, or several in order. */
export const goals = [...steps, "fetch", "build-and-run"] as const;
export type Goal = (typeof goals)[number];

export const isGoal = (value: unknown): value is Goal => (goals as readonly unknown[]).includes(value);

/** The title of each goal in menus, tasks and messages. */
export const goalTitles: Record<Goal, string> = {
  configure: t("Configure"),
  lock: t("Lock"),
  "install-switch": t("Install Switch Dependencies"),
  pull: t("Pull"),
  fetch: t("Fetch Dependencies"),
  build: t("Build"),
  run: t("Run"),
  "build-and-run": t("Build and Run"),
  clean: t("Clean"),
};

export const stepTitles: Record<Step, string> = goalTitles;

/** The command of each goal. */
export const commandOfGoal = {
  configure: "mirageos.configure",
  lock: "mirageos.lock",
  "install-switch": "mirageos.installSwitch",
  pull: "mirageos.pull",
  fetch: "mirageos.fetch",
  build: "mirageos.build",
  run: "mirageos.run",
  "build-and-run": "mirageos.buildAndRun",
  clean: "mirageos.clean",
} as const satisfies Record<Goal, string>;
