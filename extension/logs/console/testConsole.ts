import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ConsoleParser } from "./consoleParser.ts";
import type { LogRecord, ConsoleStream } from "../model.ts";

/** Recorded output of mirage 4.11.1 and of the images it builds. */
export const recordings = join(import.meta.dirname, "../../../test-workspace/recordings/mirage-4.11.1");

/** A chunk of bytes on one stream of a console. */
export interface ConsoleChunk {
  readonly stream: ConsoleStream;
  readonly bytes: Uint8Array;
}

/** Parses a console that arrives in these chunks. */
export function parseChunks(chunks: Iterable<ConsoleChunk>, target?: string): LogRecord[] {
  const records: LogRecord[] = [];
  const parser = new ConsoleParser({ now: () => 1000, target, onRecord: (record) => records.push(record) });
  for (const { stream, bytes } of chunks) parser[stream](bytes);
  parser.end();
  return records;
}

/** Parses a console that arrives in one chunk. */
export const parse = (
  text: string | Uint8Array,
  stream: ConsoleStream = "stdout",
  target?: string,
): LogRecord[] =>
  parseChunks([{ stream, bytes: typeof text === "string" ? Buffer.from(text) : text }], target);

/** Parses these lines. */
export const parseLines = (...lines: readonly string[]): LogRecord[] =>
  parse(lines.map((line) => `${line}\n`).join(""));

/** Parses a recording, such as `runtime/spt/mode-exn.stdout`. */
export const recorded = (path: string): LogRecord[] =>
  parse(readFileSync(join(recordings, path)), path.endsWith("stderr") ? "stderr" : "stdout");

/** A record in one line: `log|info|source|message`. */
export const brief = ({ kind, level, source, message }: LogRecord): string =>
  [kind, level ?? "", source ?? "", message].join("|");
