/** Measures how fast console output is parsed, stored and filtered, and the memory of a million records. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { logCalls } from "../../extension/ocaml/logs/logCalls.ts";
import { CallSiteCounter } from "../../extension/logs/source/callSiteStats.ts";
import { ConsoleParser } from "../../extension/logs/console/consoleParser.ts";
import type { LogRecord } from "../../extension/logs/model.ts";
import { LogStore } from "../../extension/logs/store/logStore.ts";
import type { Row } from "../../scripts/bench.ts";
import { rounds } from "./figures.ts";

export const name = "logs";

const lines = 1_000_000;
const chunkBytes = 64 * 1024;

/** Generates a million lines of a network stack that logs a lot, in chunks as from a pipe. */
function consoleChunks(): Uint8Array[] {
  const heads = [
    "[INFO] [ethernet]",
    "[DEBUG] [tcp.pcb]",
    "[WARNING] [ndpc6]",
    "[DEBUG] [ARP]",
    " [application]",
  ];
  const parts: Buffer[] = [];
  let text = "";
  for (let i = 0; i < lines; i++) {
    const time = new Date(1_795_000_000_000 + i).toISOString().slice(0, 19);
    text += `${time}-00:00: ${heads[i % heads.length]} from 10.0.0.2 port ${i}: a segment of ${i % 1460} bytes\n`;
    if (text.length > 1 << 20) {
      parts.push(Buffer.from(text));
      text = "";
    }
  }
  const bytes = Buffer.concat([...parts, Buffer.from(text)]);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
  return chunks;
}

export async function run(): Promise<readonly Row[]> {
  const chunks = consoleChunks();
  return [...parserRows(chunks), ...(await storeRows(chunks)), ...callSiteRows()];
}

function parserRows(chunks: readonly Uint8Array[]): Row[] {
  let read = 0;
  const parse = () => {
    const parser = new ConsoleParser({ now: Date.now, onRecord: () => read++ });
    for (const chunk of chunks) parser.stdout(chunk);
    parser.end();
  };
  const byRegex = () => {
    const line = /^(\S+): (?:\[(\w+)\])? ?\[([^\]]+)\] (.*)$/;
    let rest = "";
    for (const chunk of chunks) {
      const parts = (rest + Buffer.from(chunk).toString()).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) if (line.test(part)) read++;
    }
  };
  return [
    {
      what: "parse a million lines",
      ...timed(parse),
      unit: "ms",
      target: 1000,
      against: { what: "split and one regex, no records", ...timed(byRegex) },
    },
  ];
}

async function storeRows(chunks: readonly Uint8Array[]): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "mirageos-bench-"));
  try {
    const store = new LogStore({ folder });
    const before = memory();
    const started = performance.now();
    const writer = store.begin({ name: "bench", unikernel: "/bench/config.ml", target: "hvt" });
    for (const chunk of chunks) {
      writer.stdout(chunk);
      // As with a pipe, the event loop runs between chunks and the file is written.
      await new Promise(setImmediate);
    }
    writer.end({ kind: "ok", text: "ended normally" });
    await store.settled();
    const filled = performance.now() - started;
    const used = memory() - before;
    const { id } = writer.session;
    const query = (what: string, filter: Parameters<typeof store.query>[1]): Row => {
      return { what, ...timed(() => store.query(id, filter)), unit: "ms", target: 200 };
    };
    return [
      { what: "store a million lines, including the file", value: filled, unit: "ms" },
      { what: "memory of a million records", value: used / 1e6, unit: "MB", target: 350 },
      query("filter a million by level", { levels: ["warning"] }),
      query("filter a million by text", { text: "SEGMENT OF 77" }),
      query("filter a million by regex", { text: String.raw`port \d+7: a`, regex: true }),
      query("filter a million by a text that all contain", { text: "e" }),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Measures a file of 5000 lines whose formats start with the same words, and counting records by its call
 * sites.
 */
function callSiteRows(): Row[] {
  const source = Array.from(
    { length: 1250 },
    (_, i) =>
      `let f${i} x =\n  (* a comment *)\n  Logs.info (fun m -> m "site ${i} of %s took %d ms" x 3);\n  x + ${i}\n`,
  ).join("");
  const record = (at: number): LogRecord => ({
    seq: at,
    receivedAt: 0,
    loggedAt: 0,
    kind: "log",
    stream: "stderr",
    level: "info",
    source: "application",
    message: `site ${at % 1250} of something took 45 ms`,
    more: [],
    frames: [],
    prefixLength: 0,
    status: undefined,
  });
  const records = Array.from({ length: 100_000 }, (_, at) => record(at));
  const counter = new CallSiteCounter();
  counter.addFile("unikernel.ml", source);
  return [
    { what: "call sites of 5000 lines", ...timed(() => logCalls(source)), unit: "ms" },
    {
      what: "count 100,000 records by 1250 call sites",
      ...timed(() => {
        for (const each of records) counter.add(each);
      }),
      unit: "ms",
      target: 1000,
    },
  ];
}

/** Measures the work in several rounds, in milliseconds. */
function timed(work: () => unknown) {
  return rounds(
    Array.from({ length: 5 }, () => {
      const started = performance.now();
      work();
      return performance.now() - started;
    }),
  );
}

/** Returns the bytes in use after a garbage collection. */
function memory(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
