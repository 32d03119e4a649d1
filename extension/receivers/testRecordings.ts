import { readFileSync } from "node:fs";

const recordings = new URL("../../test-workspace/recordings/", import.meta.url);

/** The text of a recording, by its path below the folder of recordings. */
export const recordedText = (path: string): string => readFileSync(new URL(path, recordings), "utf8");

/** The lines of a recording of logs-syslog as bytes: a datagram each for UDP, pieces of the stream for TCP. */
export function recordedSyslog(name: string): readonly Buffer[] {
  return recordedText(`logs-syslog-0.5.0/${name}.hex`)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => Buffer.from(line, "hex"));
}
