import type { LogRun } from "../logs/store/logStore.ts";
import type { KnownBuild } from "./hostModel.ts";
import { formatName, type HostName } from "./wire/names.ts";

/** A unikernel of the workspace, as far as a console needs it. */
export interface ConsoleProject {
  readonly id: string;
  readonly name: string;
  readonly state: { readonly configured?: { readonly target: string } | undefined };
}

/** What is known of a console. */
export interface ConsoleSubject {
  readonly host: string;
  readonly name: HostName;
  readonly projects: readonly ConsoleProject[];
  /** The build of the image that runs, if it was built here. */
  readonly build?: KnownBuild | undefined;
  /** The id of the unikernel that was just sent, whose image the host may not list yet. */
  readonly deployed?: string | undefined;
}

/** All that albatross says about the engine of an image: it does not list whether it is for hvt or spt. */
const unknownTarget = "solo5";

/**
 * Describes the session of a console. It belongs to the unikernel of the workspace whose image runs there, or else to
 * the one of the same name, so that its sources are found. Of that one, the target may differ.
 */
export function consoleRun({ host, name, projects, build, deployed }: ConsoleSubject): LogRun {
  const byId = (id: string | undefined) => projects.find((each) => each.id === id);
  const sent = byId(deployed);
  const project =
    byId(build?.unikernel) ?? sent ?? projects.find((each) => each.name.toLowerCase() === name.label);
  return {
    name: `${formatName(name).replace(/^:/, "")} (${host})`,
    unikernel: project?.id ?? `albatross:${host}/${formatName(name)}`,
    target: build ? (build.target ?? unknownTarget) : (sent?.state.configured?.target ?? unknownTarget),
    onHost: true,
  };
}
