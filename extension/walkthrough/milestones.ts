import type { LogSession } from "../logs/model.ts";
import type { ProjectState } from "../project/model.ts";
import type { BasicsReady } from "../toolchain/readiness.ts";

/**
 * What a user has installed and done. Each milestone is a context key `mirageos.NAME` that completes a step of the
 * walkthrough. A milestone that was reached once stays reached, in every window and workspace.
 */
export const milestones = [
  "opamReady",
  "mirageReady",
  "setupReady",
  "created",
  "configured",
  "fetched",
  "built",
  "ran",
  "graphShown",
  "logsRead",
  "bootedOnSolo5",
] as const;

export type Milestone = (typeof milestones)[number];

/** The step of the walkthrough that each milestone completes, by its id in package.json. */
const steps: Readonly<Record<Milestone, string>> = {
  opamReady: "opam",
  mirageReady: "mirage",
  setupReady: "setup",
  created: "create",
  configured: "configure",
  fetched: "fetch",
  built: "build",
  ran: "run",
  graphShown: "graph",
  logsRead: "logs",
  bootedOnSolo5: "hvt",
};

/** Where the walkthrough is opened. */
export interface WalkthroughPlace {
  readonly trusted: boolean;
  /** Whether the extension runs on Windows itself, where mirage does not. */
  readonly windows: boolean;
}

/** Returns the id of the first step that is not done, or undefined if all are. */
export function firstOpenStep(
  reached: Pick<ReadonlySet<string>, "has">,
  { trusted, windows }: WalkthroughPlace,
): string | undefined {
  if (!trusted) return "trust";
  if (windows) return "wsl";
  const next = milestones.find((milestone) => !reached.has(milestone));
  return next && steps[next];
}

/** Whether the text is the name of a milestone. */
export const isMilestone = (text: string): text is Milestone =>
  milestones.some((milestone) => milestone === text);

/**
 * Derives the milestones that were reached from the states of the unikernels, the stored log sessions, and the tools
 * (`basics`; absent if they were not detected).
 */
export function milestonesOf(
  states: readonly ProjectState[],
  sessions: readonly Pick<LogSession, "target" | "outcome">[],
  basics?: BasicsReady,
): readonly Milestone[] {
  const some = (condition: (state: ProjectState) => boolean) => states.some(condition);
  // A session that was stopped counts, because a server runs until it is stopped.
  const ran = sessions.filter(({ outcome }) => outcome !== undefined && outcome.kind !== "failed");
  const done: Readonly<Record<Milestone, boolean>> = {
    opamReady: basics?.opamReady === true,
    mirageReady: basics?.mirageReady === true,
    setupReady: basics?.setupReady === true,
    created: states.length > 0,
    configured: some(({ configured }) => configured !== undefined),
    // An image can be built without fetching if the switch already has the libraries.
    fetched: some(({ pulled, image }) => pulled || image !== undefined),
    built: some(({ image }) => image !== undefined),
    ran: ran.length > 0,
    // Nothing stored proves these two; the graph and the log panel report them.
    graphShown: false,
    logsRead: false,
    bootedOnSolo5: ran.some(({ target }) => target === "hvt" || target === "spt"),
  };
  return milestones.filter((milestone) => done[milestone]);
}

/** Reads a stored list. It may have been written by another version, so anything else in it is ignored. */
export function readMilestones(stored: unknown): readonly Milestone[] {
  return Array.isArray(stored) ? milestones.filter((milestone) => stored.includes(milestone)) : [];
}
