import { lineSplitter } from "../../platform/lines.ts";
import type { ListenAddress } from "../listenAddress.ts";
import { openServer, type Receiver } from "../openServer.ts";
import { createRateLimit } from "../rateLimit.ts";
import { parseInfluxLine, type MetricsLine } from "./influxLine.ts";

export interface MetricsReceiverOptions {
  /** Receives each line with the sender's IP address. */
  readonly onLine: (line: MetricsLine, peer: string) => void;
  /** The lines that are accepted in a second; the others are ignored. Default: 5,000. */
  readonly maxPerSecond?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Receives metrics in the Influx line protocol over TCP on one address. Rejects with Node's error if it can't listen. */
export async function openMetricsReceiver(
  address: ListenAddress,
  { onLine, maxPerSecond = 5000, now = Date.now }: MetricsReceiverOptions,
): Promise<Receiver> {
  const limit = createRateLimit(maxPerSecond, now);
  return openServer(address, (peer) =>
    lineSplitter((text, isRest) => {
      const line = isRest || !limit.accepts() ? undefined : parseInfluxLine(text);
      if (line) onLine(line, peer.replace(/^::ffff:/, ""));
    }),
  );
}
