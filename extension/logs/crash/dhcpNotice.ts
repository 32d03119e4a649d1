import type { LogSession } from "../model.ts";
import type { LogStore } from "../store/logStore.ts";
import type { CrashExplanation } from "./crashExplanation.ts";
import { t } from "../../protocol/l10n.ts";

/** The log source of charrua's client (its `dhcp_client_lwt.ml`), which mirage links since version 4.10. */
const dhcpSource = "dhcp_client_lwt";
/** The log source of mirage-net-solo5 and mirage-net-unix. */
const netifSource = "netif";
/** Its client waits four seconds for each discover: three of them exclude a server that is merely slow. */
const fewestTimeouts = 3;
/** How many of the last records of the client are looked at. */
const searched = 100;

/** The part of the log store that the notice uses. */
type NoticeStore = Pick<LogStore, "counts" | "query" | "record">;

/**
 * Creates a function that explains why a session has no address, or returns `undefined` if a DHCP server has
 * answered or none was requested. It depends on the source of records and on the messages of charrua's client,
 * which are not translated. It caches the last result, because it is called for each state of the panel.
 */
export function createDhcpNotice(
  store: NoticeStore,
): (session: LogSession | undefined) => CrashExplanation | undefined {
  let cached: { readonly key: string; readonly notice: CrashExplanation | undefined } | undefined;
  return (session) => {
    if (!session) return undefined;
    const count = store.counts(session.id).sources.get(dhcpSource) ?? 0;
    if (count < fewestTimeouts) return undefined;
    const key = `${session.id} ${count}`;
    if (cached?.key !== key) cached = { key, notice: explain(store, session) };
    return cached.notice;
  };
}

function explain(store: NoticeStore, session: LogSession): CrashExplanation | undefined {
  const messages = [...store.query(session.id, { sources: [dhcpSource] })]
    .slice(-searched)
    .map((seq) => ({ seq, message: store.record(session.id, seq)?.message ?? "" }));
  const lease = messages.findLastIndex(({ message }) => /^(?:Lease obtained|State advanced)!/.test(message));
  const timeouts = messages
    .slice(lease + 1)
    .filter(({ message }) => /^Timeout expired without a usable lease\b/.test(message));
  const last = timeouts.at(-1);
  if (timeouts.length < fewestTimeouts || !last) return undefined;
  const tap = interfaceName(store, session);
  const text =
    tap === undefined
      ? t("No DHCP server answers on its network interface.")
      : t("No DHCP server answers on {0}.", tap);
  return {
    text,
    next: t(
      "Boot it with a fixed address such as {0}, configure it with {1}, or set up the network.",
      "--ipv4=10.0.0.2/24",
      "--no-dhcp",
    ),
    seq: last.seq,
    frame: undefined,
    actions: [{ kind: "arguments" }, { kind: "options" }, { kind: "network", tap }],
  };
}

/** The host's interface: on unix the unikernel names it, otherwise it is attached to the device that it names. */
function interfaceName(store: NoticeStore, { id, attachments }: LogSession): string | undefined {
  const names = [...store.query(id, { sources: [netifSource] })].slice(0, searched).flatMap((seq) => {
    const message = store.record(id, seq)?.message ?? "";
    const match = /^(?:connect (?<tap>\S+)|Plugging into (?<device>\S+)) with mac /.exec(message)?.groups;
    return match?.["tap"] ?? hostSide(attachments, match?.["device"] ?? "") ?? [];
  });
  return names[0];
}

/** The host's side of a device, from attachments in the form of the setting `mirageos.devices`. */
function hostSide(attachments: unknown, device: string): string | undefined {
  if (typeof attachments !== "object" || attachments === null) return undefined;
  const value: unknown = Object.entries(attachments).find(([name]) => name === device)?.[1];
  const host: unknown = typeof value === "object" && value !== null && "host" in value ? value.host : value;
  return typeof host === "string" && host !== "" ? host : undefined;
}
