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
    // A process has no devices; the stored attachments are those of a boot on another target.
    const devices = target === "unix" || target === "macosx" ? [] : devicesOf(attachments);
    // A job can be started again. Of the other activities, those can that say so.
    const canRestart = activity.restart !== undefined || "result" in activity;
    return [{ ...run, devices, canRestart, isElsewhere: false }];
  });
}

/** The devices of attachments in the form of the setting `mirageos.devices`: a name, or an object with `host`. */
function devicesOf(attachments: unknown): readonly string[] {
  if (typeof attachments !== "object" || attachments === null) return [];
  return Object.entries(attachments).flatMap(([name, value]: [string, unknown]) => {
    const host: unknown = typeof value === "object" && value !== null && "host" in value ? value.host : value;
    return typeof host === "string" ? [host === "" ? name : `${name}: ${host}`] : [];
  });
}
