import type { LogSession } from "../logs/model.ts";
import type { ProjectState } from "../project/model.ts";
import type { BasicsReady } from "../toolchain/readiness.ts";

/**
 * What somebody has installed and done, each the context key `mirageos.NAME` that ticks a step of the
 * walkthrough. Done once is done: it is remembered beyond the window and its workspace.
 */
export const deeds = [
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

export type Deed = (typeof deeds)[number];

/** Whether the text names a deed. */
export const isDeed = (text: string): text is Deed => deeds.some((deed) => deed === text);

/** What can be seen of the tools (absent: they were not asked), the files of unikernels and the consoles kept. */
export function deedsOf(
  states: readonly ProjectState[],
  sessions: readonly Pick<LogSession, "target" | "outcome">[],
  basics?: BasicsReady,
): readonly Deed[] {
  const some = (holds: (state: ProjectState) => boolean) => states.some(holds);
  // A server runs until it is stopped; what failed has not been seen to run.
  const ran = sessions.filter(({ outcome }) => outcome !== undefined && outcome.kind !== "failed");
  const done: Readonly<Record<Deed, boolean>> = {
    opamReady: basics?.opamReady === true,
    mirageReady: basics?.mirageReady === true,
    setupReady: basics?.setupReady === true,
    created: states.length > 0,
    configured: some(({ configured }) => configured !== undefined),
    // An image of libraries that the switch has already is built without fetching.
    fetched: some(({ pulled, image }) => pulled || image !== undefined),
    built: some(({ image }) => image !== undefined),
    ran: ran.length > 0,
    // These two leave nothing behind: who shows them tells.
    graphShown: false,
    logsRead: false,
    bootedOnSolo5: ran.some(({ target }) => target === "hvt" || target === "spt"),
  };
  return deeds.filter((deed) => done[deed]);
}

/** The deeds of a stored list: what another version has remembered may be anything. */
export function readDeeds(stored: unknown): readonly Deed[] {
  return Array.isArray(stored) ? deeds.filter((deed) => stored.includes(deed)) : [];
}
