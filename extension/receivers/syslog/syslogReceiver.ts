import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { t } from "../../protocol/l10n.ts";
import type { ListenAddress, SyslogAddress } from "../listenAddress.ts";
import { openServer, type Receiver } from "../openServer.ts";
import { createRateLimit } from "../rateLimit.ts";
import { consoleLines } from "./consoleLines.ts";
import { syslogFrames } from "./syslogFrames.ts";
import { parseSyslog } from "./syslogMessage.ts";

export interface SyslogReceiverOptions {
  /** Receives lines in the form of mirage-logs, each with its line end. */
  readonly onLines: (lines: string) => void;
  /** The messages that are accepted in a second; the others are counted. Default: 50,000. */
  readonly maxPerSecond?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** The kernel drops datagrams that arrive while its buffer is full. */
const receiveBufferBytes = 4 * 1024 * 1024;

/** Receives syslog messages on one address. Rejects with Node's error if it can't listen there. */
export async function openSyslogReceiver(
  address: SyslogAddress,
  options: SyslogReceiverOptions,
): Promise<Receiver> {
  const lines = lineMaker(options);
  if (address.protocol === "udp") return openDatagrams(address, (bytes) => lines.emit([bytes]));
  return openServer(address, () => {
    let messages: Uint8Array[] = [];
    const frames = syslogFrames((bytes) => messages.push(bytes));
    const flush = () => {
      lines.emit(messages);
      messages = [];
    };
    return {
      push: (bytes) => {
        frames.push(bytes);
        flush();
      },
      end: () => {
        frames.end();
        flush();
      },
    };
  });
}

async function openDatagrams(
  { address, port }: ListenAddress,
  onDatagram: (bytes: Uint8Array) => void,
): Promise<Receiver> {
  const socket = createSocket({ type: isIPv6(address) ? "udp6" : "udp4" });
  const opened = Promise.withResolvers<void>();
  socket.once("error", opened.reject);
  socket.bind({ address, port, exclusive: true }, opened.resolve);
  try {
    await opened.promise;
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.off("error", opened.reject);
  socket.on("error", () => undefined);
  socket.on("message", onDatagram);
  try {
    socket.setRecvBufferSize(receiveBufferBytes);
  } catch {
    // The system has a lower limit, with which less may arrive in a flood.
  }
  return {
    port: socket.address().port,
    close: async () => {
      const closed = Promise.withResolvers<void>();
      socket.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

/** Makes lines of messages: those of the first sender without its name, since it is usually the only one. */
function lineMaker({ onLines, maxPerSecond = 50_000, now = Date.now }: SyslogReceiverOptions): {
  readonly emit: (messages: readonly Uint8Array[]) => void;
} {
  const limit = createRateLimit(maxPerSecond, now);
  let firstHost: string | undefined;
  let hasContent = false;
  let knowsEmpty = false;
  const note = (text: string) =>
    consoleLines(
      { facility: 3, level: "warning", loggedAt: undefined, host: "", source: "syslog", tags: [], text },
      now(),
      "",
    );
  return {
    emit: (messages) => {
      let text = "";
      for (const bytes of messages) {
        if (!limit.accepts()) continue;
        const dropped = limit.takeDropped();
        if (dropped > 0)
          text += note(
            t("{0} messages were dropped, because more than {1} arrived in a second.", dropped, maxPerSecond),
          );
        if (bytes.length === 0) {
          // logs-syslog cuts every message to nothing over TCP if the unikernel gets no limit.
          if (!hasContent && !knowsEmpty)
            text += note(t("Only empty messages arrive. Boot the unikernel with --syslog-truncate=65535."));
          knowsEmpty = true;
          continue;
        }
        hasContent = true;
        const message = parseSyslog(bytes, now());
        firstHost ??= message.host;
        text += consoleLines(message, now(), firstHost);
      }
      if (text !== "") onLines(text);
    },
  };
}
