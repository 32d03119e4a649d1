/**
 * `npm run bench`: runs test/bench/*.bench.ts, or those whose name has one of the words given, and
 * prints their figures as one table, in which a missed target is marked. A missed target is news, not an
 * error: the exit code is 1 only when a bench could not be run.
 */
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, secondsSince } from "./programs.ts";

/** One figure of a bench. */
export interface Row {
  readonly what: string;
  readonly value: number;
  /** Such as `KiB` or `ms`. */
  readonly unit: string;
  /** How far the rounds were apart whose median the value is, in the same unit. */
  readonly range?: Range;
  /** What it is compared with, measured in the same run and the same unit. */
  readonly against?: { readonly what: string; readonly value: number; readonly range?: Range };
  /** The value may be at most this. */
  readonly target?: number;
}

/** The smallest and the largest of some values. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** What a file test/bench/NAME.bench.ts exports. */
export interface Bench {
  readonly name: string;
  readonly run: () => Promise<readonly Row[]>;
}

function isBench(loaded: object): loaded is Bench {
  return "name" in loaded && "run" in loaded && typeof loaded.run === "function";
}

const words = process.argv.slice(2);
const table: Record<string, string>[] = [];
let missed = 0;

const files: string[] = [];
for await (const file of glob("test/bench/*.bench.ts", { cwd: root })) files.push(file);

for (const file of files.sort()) {
  if (words.length > 0 && !words.some((word) => file.includes(word))) continue;
  const loaded: object = await import(pathToFileURL(join(root, file)).href);
  if (!isBench(loaded)) throw new Error(`${file} does not export name and run.`);
  const started = performance.now();
  try {
    const rows = await loaded.run();
    console.log(`${loaded.name}: ${rows.length} figures in ${secondsSince(started)}.`);
    for (const row of rows) table.push(printed(loaded.name, row));
  } catch (error) {
    console.error(`${loaded.name} FAILED:`, error);
    process.exitCode = 1;
  }
}

console.table(table);
if (missed > 0) console.log(`${missed} of the figures miss their target.`);

function printed(bench: string, row: Row): Record<string, string> {
  const { what, value, unit, range, against, target } = row;
  const reached = target === undefined || value <= target;
  if (!reached) missed += 1;
  return {
    bench,
    what,
    value: amount(value, unit, range),
    "compared with":
      against === undefined ? "" : `${against.what}: ${amount(against.value, unit, against.range)}`,
    ratio: against === undefined ? "" : (value / against.value).toFixed(3),
    target: target === undefined ? "" : `≤ ${figure(target)} ${unit}`,
    reached: target === undefined ? "" : reached ? "yes" : "NO",
  };
}

function amount(value: number, unit: string, range: Range | undefined): string {
  const spread = range === undefined ? "" : ` (${figure(range.min)}–${figure(range.max)})`;
  return `${figure(value)} ${unit}${spread}`;
}

function figure(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
