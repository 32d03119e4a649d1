import type { LogRecord, LogSession } from "../model.ts";
import type { LogStore } from "../store/logStore.ts";
import type { EndpointView } from "../../protocol/logs.ts";

/** Unikernels say their address and what they listen on when they start. */
const searched = 2000;

/**
 * The messages that state the address of a unikernel, by log source: those of mirage-tcpip's `udp.ml`, `flow.ml` and
 * `tcpip_stack_direct.ml`, and of charrua's `dhcp_client_lwt.ml`.
 */
const stated: Readonly<Record<string, RegExp>> = {
  udp: /^UDP layer connected on (\d+\.\d+\.\d+\.\d+)/,
  "tcp.pcb": /^TCP layer connected on (\d+\.\d+\.\d+\.\d+)/,
  "tcpip-stack-direct": /^Dual TCP\/IP stack assembled: mac=[^,]*,ip=(\d+\.\d+\.\d+\.\d+)/,
  dhcp_client_lwt: /^Lease obtained! IP: (\d+\.\d+\.\d+\.\d+)/,
};

/** Such as `listening on 8080/TCP` of mirage-skeleton's web servers. */
const listens = /\blisten(?:s|ing) (?:on|at)\b\D{0,30}(?:\d{1,3}(?:\.\d{1,3}){3}:)?(\d{1,5})\b(?!\.)/i;

/** What one record states: an IPv4 address, or the scheme and port of a web server. */
function statement(record: LogRecord): { readonly address?: string; readonly server?: [string, number] } {
  const { kind, source = "", message } = record;
  if (kind !== "log") return {};
  const address = Object.hasOwn(stated, source) ? stated[source]?.exec(message)?.[1] : undefined;
  if (address !== undefined) return { address };
  const port = Number(listens.exec(message)?.[1] ?? 0);
  const words = `${source} ${message}`;
  if (port < 1 || port > 65_535 || /\budp\b/i.test(words)) return {};
  // Another server than one for the web has no address that a browser opens.
  const scheme = /\bhttps\b/i.test(words) ? "https" : /\bhttp\b/i.test(words) ? "http" : undefined;
  return scheme === undefined ? {} : { server: [scheme, port] };
}

/**
 * Creates a function that returns the address of a session's unikernel and the web pages that it serves, as far as its
 * first records state them; `undefined` if they state neither. It reads each record once, for one session at a time.
 */
export function createEndpointReader(
  store: Pick<LogStore, "records" | "span">,
): (session: LogSession | undefined) => EndpointView | undefined {
  let read:
    | { id: string; next: number; address: string | undefined; servers: Map<number, string> }
    | undefined;
  return (session) => {
    if (!session) return undefined;
    if (read?.id !== session.id) read = { id: session.id, next: 0, address: undefined, servers: new Map() };
    const end = Math.min(searched, store.span(session.id).end);
    for (const record of store.records(session.id, read.next, end - read.next)) {
      const { address, server } = statement(record);
      if (address !== undefined) read.address = address;
      if (server) read.servers.set(server[1], server[0]);
    }
    read.next = Math.max(read.next, end);
    return view(session, read.address, read.servers);
  };
}

function view(
  { target, endedAt }: LogSession,
  address: string | undefined,
  servers: ReadonlyMap<number, string>,
): EndpointView | undefined {
  // A process without a stack of its own uses the sockets of this computer.
  const host = address ?? (target === "unix" || target === "macosx" ? "localhost" : undefined);
  const ports = host === undefined || endedAt !== undefined ? [] : [...servers];
  const urls = ports.map(([port, scheme]) => {
    const isDefault = port === (scheme === "http" ? 80 : 443);
    return `${scheme}://${host}${isDefault ? "" : `:${port}`}/`;
  });
  return address === undefined && urls.length === 0 ? undefined : { address, urls };
}
