/**
 * `npm run bench`: runs test/bench/*.bench.ts, or those whose file name contains one of the arguments. Prints
 * the figures as one table, which marks missed targets. The exit code is 1 only if a bench could not run; a
 * missed target does not change it.
 */
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, secondsSince } from "./programs.ts";

/** One figure of a bench. */
export interface Row {
  readonly what: string;
  readonly value: number;
  /** The unit, such as `KiB` or `ms`. */
  readonly unit: string;
  /** The range of the rounds whose median is the value, in the same unit. */
  readonly range?: Range;
  /** The figure that this one is compared with, measured in the same run and in the same unit. */
  readonly against?: { readonly what: string; readonly value: number; readonly range?: Range };
  /** The maximum value. */
  readonly target?: number;
}

/** The smallest and the largest value. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** The exports of a file test/bench/NAME.bench.ts. */
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
    for (const row of rows) table.push(tableRow(loaded.name, row));
  } catch (error) {
    console.error(`${loaded.name} FAILED:`, error);
    process.exitCode = 1;
  }
}

console.table(table);
if (missed > 0) console.log(`${missed} figures miss their targets.`);

function tableRow(bench: string, row: Row): Record<string, string> {
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
