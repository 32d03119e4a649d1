import { LogStore } from "../../extension/logs/store/logStore.ts";

const records = 1_000_000;

/** Creates a store with a million records from console lines such as `message 7 of segment 7`. */
export function millionRecords(): LogStore {
  const store = new LogStore({ maxRecords: records });
  const writer = store.begin({ name: "hello", unikernel: "/w/hello/config.ml", target: "unix" });
  for (let seq = 0; seq < records; seq += 1000) {
    const lines = Array.from({ length: 1000 }, (_, index) => lineOf(seq + index));
    writer.stdout(Buffer.from(lines.join("")));
  }
  writer.end({ kind: "ok", text: "ended normally" });
  return store;
}

function lineOf(seq: number): string {
  const time = new Date(Date.UTC(2026, 0, 2, 3, 4, 5) + seq).toISOString().slice(0, 19);
  return `${time}-00:00: [INFO] [${seq % 3 === 0 ? "tcpip" : "application"}] message ${seq} of segment ${seq % 9000}\n`;
}
