import type { LogRecord, LogSession } from "../model.ts";
import type { LogStore } from "../store/logStore.ts";
import type { EndpointView } from "../../protocol/logs.ts";

/** Unikernels say what they listen on when they start. */
const searched = 2000;

/** Such as `listening on 8080/TCP` of mirage-skeleton's web servers. */
const listens = /\blisten(?:s|ing) (?:on|at)\b\D{0,30}(?:\d{1,3}(?:\.\d{1,3}){3}:)?(\d{1,5})\b(?!\.)/i;

/** The scheme and the port of a web server that a record states. */
function serverOf({ kind, source = "", message }: LogRecord): readonly [string, number] | undefined {
  const port = kind === "log" ? Number(listens.exec(message)?.[1] ?? 0) : 0;
  const words = `${source} ${message}`;
  if (port < 1 || port > 65_535 || /\budp\b/i.test(words)) return undefined;
  // Another server than one for the web has no address that a browser opens.
  const scheme = /\bhttps\b/i.test(words) ? "https" : /\bhttp\b/i.test(words) ? "http" : undefined;
  return scheme === undefined ? undefined : [scheme, port];
}

/**
 * Creates a function that returns the IPv4 address of a session's unikernel and the web pages that it serves, as far as
 * its first records state them; `undefined` if both are unknown. It reads each record once, for one session at a time.
 */
export function createEndpointReader(
  store: Pick<LogStore, "records" | "span">,
): (session: LogSession | undefined) => EndpointView | undefined {
  let read: { readonly id: string; next: number; readonly servers: Map<number, string> } | undefined;
  return (session) => {
    if (!session) return undefined;
    if (read?.id !== session.id) read = { id: session.id, next: 0, servers: new Map() };
    const end = Math.min(searched, store.span(session.id).end);
    for (const record of store.records(session.id, read.next, end - read.next)) {
      const [scheme, port] = serverOf(record) ?? [];
      if (scheme !== undefined && port !== undefined) read.servers.set(port, scheme);
    }
    read.next = Math.max(read.next, end);
    return view(session, read.servers);
  };
}

function view(
  { target, endedAt, addresses = [] }: LogSession,
  servers: ReadonlyMap<number, string>,
): EndpointView | undefined {
  const address = addresses.find((each) => each.includes("."))?.split("/")[0];
  // A process without a stack of its own uses the sockets of this computer.
  const host = address ?? (target === "unix" || target === "macosx" ? "localhost" : undefined);
  const ports = host === undefined || endedAt !== undefined ? [] : [...servers];
  const urls = ports.map(([port, scheme]) => {
    const isDefault = port === (scheme === "http" ? 80 : 443);
    return `${scheme}://${host}${isDefault ? "" : `:${port}`}/`;
  });
  return address === undefined && urls.length === 0 ? undefined : { address, urls };
}
