/**
 * `npm run bench`: runs test/bench/*.bench.ts, or those whose name has one of the words given, and
 * prints their figures as one table. Exits with 1 when a figure misses its target.
 */
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, secondsSince } from "./programs.ts";

/** One figure of a bench. */
export interface Row {
  readonly what: string;
  readonly value: number;
  /** Such as `KiB`, `ms` or `%`. */
  readonly unit: string;
  /** What it is compared with, measured in the same run and the same unit. */
  readonly against?: { readonly what: string; readonly value: number };
  /** The value may be at most this. */
  readonly target?: number;
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
  const rows = await loaded.run();
  console.log(`${loaded.name}: ${rows.length} figures in ${secondsSince(started)}.`);
  for (const row of rows) table.push(printed(loaded.name, row));
}

console.table(table);
if (missed > 0) {
  console.log(`${missed} figures miss their target.`);
  process.exitCode = 1;
}

function printed(bench: string, row: Row): Record<string, string> {
  const { what, value, unit, against, target } = row;
  const reached = target === undefined || value <= target;
  if (!reached) missed += 1;
  return {
    bench,
    what,
    value: `${figure(value)} ${unit}`,
    "compared with": against === undefined ? "" : `${figure(against.value)} ${unit} (${against.what})`,
    ratio: against === undefined ? "" : (value / against.value).toFixed(2),
    target: target === undefined ? "" : `≤ ${figure(target)} ${unit}`,
    reached: target === undefined ? "" : reached ? "yes" : "NO",
  };
}

function figure(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
