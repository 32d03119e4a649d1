import type { LogSession } from "../logs/model.ts";
import type { Activity, BootTimes } from "../project/model.ts";

/** A running unikernel as the view shows it. */
export interface RunningUnikernel {
  /** The id of its log session, which is unique. */
  readonly session: string;
  readonly name: string;
  /** The id of a unikernel, or the path of an image that belongs to none. */
  readonly unikernel: string;
  readonly target: string;
  /** The process of its tender; undefined until that is started. */
  readonly pid: number | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Each device with the host's side of it: `service: tap100`. */
  readonly devices: readonly string[];
  readonly addresses: readonly string[];
  readonly boot: BootTimes | undefined;
  readonly canRestart: boolean;
  /** Whether another window runs it. */
  readonly isElsewhere: boolean;
}

/** The unikernels that run in this window, oldest first. */
export function runsOfWindow(
  active: readonly Activity[],
  sessions: readonly LogSession[],
): readonly RunningUnikernel[] {
  return active.flatMap((activity): readonly RunningUnikernel[] => {
    const { since } = activity;
    const session = sessions.find(({ id }) => id === activity.session);
    if (since === undefined || !session || session.endedAt !== undefined) return [];
    const { id, name, unikernel, target, pid, attachments, addresses = [], boot } = session;
    const run = { session: id, name, unikernel, target, pid, startedAt: since, addresses, boot };
    const devices = hasDevices(target) ? devicesOf(attachments) : [];
    // A job can be started again. Of the other activities, those can that say so.
    const canRestart = activity.restart !== undefined || "result" in activity;
    return [{ ...run, devices, canRestart, isElsewhere: false }];
  });
}

/** A unikernel of this window that has a device on the host and an address that nobody knows. */
export interface UnaddressedRun {
  readonly session: string;
  /** The host's sides of its devices, in order. Some are tap interfaces. */
  readonly hosts: readonly string[];
}

/** The runs of a window whose addresses neither their arguments nor their records say. */
export function unaddressedRuns(
  active: readonly Activity[],
  sessions: readonly LogSession[],
): readonly UnaddressedRun[] {
  return runsOfWindow(active, sessions).flatMap(({ session, target, addresses }) => {
    const attachments = sessions.find(({ id }) => id === session)?.attachments;
    const hosts = hasDevices(target) ? hostSides(attachments).map(([, host]) => host) : [];
    return addresses.length > 0 || hosts.length === 0 ? [] : [{ session, hosts }];
  });
}

/** A process has no devices; the stored attachments are those of a boot on another target. */
const hasDevices = (target: string): boolean => target !== "unix" && target !== "macosx";

const devicesOf = (attachments: unknown): readonly string[] =>
  hostSides(attachments).map(([name, host]) => (host === "" ? name : `${name}: ${host}`));

/** The names of devices with their host's sides, from attachments in the form of the setting `mirageos.devices`. */
function hostSides(attachments: unknown): readonly (readonly [name: string, host: string])[] {
  if (typeof attachments !== "object" || attachments === null) return [];
  return Object.entries(attachments).flatMap(([name, value]: [string, unknown]) => {
    const host: unknown = typeof value === "object" && value !== null && "host" in value ? value.host : value;
    return typeof host === "string" ? [[name, host] as const] : [];
  });
}
