import { readFileSync } from "node:fs";
import { join } from "node:path";
import { consoleParser } from "./consoleParser.ts";
import type { LogRecord, Stream } from "./model.ts";

/** What mirage 4.11.1 and what it builds printed. */
export const recordings = join(import.meta.dirname, "../../test-workspace/recordings/mirage-4.11.1");

/** Bytes of one stream of a console. */
export interface Piece {
  readonly stream: Stream;
  readonly bytes: Uint8Array;
}

/** The records of a console whose bytes come in these pieces. */
export function parsePieces(pieces: Iterable<Piece>, target?: string): LogRecord[] {
  const records: LogRecord[] = [];
  const parser = consoleParser({ now: () => 1000, target, onRecord: (record) => records.push(record) });
  for (const { stream, bytes } of pieces) parser[stream](bytes);
  parser.end();
  return records;
}

/** The records of a console that comes at once, on one stream. */
export const parse = (text: string | Uint8Array, stream: Stream = "stdout", target?: string): LogRecord[] =>
  parsePieces([{ stream, bytes: typeof text === "string" ? Buffer.from(text) : text }], target);

/** The records of these lines. */
export const parseLines = (...lines: readonly string[]): LogRecord[] =>
  parse(lines.map((line) => `${line}\n`).join(""));

/** The records of a recording, such as `runtime/spt/mode-exn.stdout`. */
export const recorded = (path: string): LogRecord[] =>
  parse(readFileSync(join(recordings, path)), path.endsWith("stderr") ? "stderr" : "stdout");

/** A record in a line: `log|info|source|message`. */
export const brief = ({ kind, level, source, message }: LogRecord): string =>
  [kind, level ?? "", source ?? "", message].join("|");
