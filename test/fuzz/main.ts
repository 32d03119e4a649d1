import fc from "fast-check";
import type { Fuzzed } from "./fuzzed.ts";
import { parsers } from "./parsers.ts";

/** Number of cases for each parser. The command line can contain a number and names of parsers. */
const cases = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? 100_000);
const only = process.argv.slice(2).filter((word) => !/^\d+$/.test(word));
const chosen = parsers.filter(({ name }) => only.length === 0 || only.includes(name));

/** Shorter times, in milliseconds, are too inaccurate to be compared. */
const minimumMs = 4;
const largestBytes = 1 << 20;

/** Returns the best of three times in CPU milliseconds, which other work of the computer does not affect. */
async function bestMs(read: Fuzzed["read"], bytes: Buffer): Promise<number> {
  let best = Infinity;
  for (let run = 0; run < 3; run++) {
    const begin = process.cpuUsage();
    // oxlint-disable-next-line no-await-in-loop -- Parallel runs would slow each other down.
    await read(bytes);
    best = Math.min(best, process.cpuUsage(begin).user / 1000);
  }
  return best;
}

/** Returns how many times longer an input of four times the size takes. A linear parser has 4. */
async function growth(read: Fuzzed["read"], begin: string, repeated: string) {
  const input = (bytes: number) => Buffer.from(begin + repeated.repeat(bytes / repeated.length), "latin1");
  for (let bytes = 1 << 12; ; bytes *= 2) {
    // oxlint-disable-next-line no-await-in-loop -- Each size depends on the previous time.
    const small = await bestMs(read, input(bytes));
    if (small < minimumMs && bytes < largestBytes) continue;
    // oxlint-disable-next-line no-await-in-loop -- This is the last iteration.
    return { ratio: (await bestMs(read, input(bytes * 4))) / Math.max(small, minimumMs), bytes };
  }
}

let failed = false;
for (const { name, inputs, read, shapes } of chosen) {
  const begin = performance.now();
  // oxlint-disable-next-line no-await-in-loop -- Parallel runs would change the times.
  const result = await fc.check(
    fc.asyncProperty(inputs, async (bytes) => void (await read(bytes))),
    { numRuns: cases },
  );
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  console.log(`${name}: ${result.numRuns} cases in ${seconds} s${result.failed ? ", FAILED" : ""}`);
  if (result.failed) console.log(fc.defaultReportMessage(result));
  failed ||= result.failed;
  for (const [start, repeated] of shapes) {
    // oxlint-disable-next-line no-await-in-loop -- Parallel runs would change the times.
    let { ratio, bytes } = await growth(read, start, repeated);
    // A garbage collection slows down one measurement; a slow parser slows down all of them.
    for (let attempt = 0; ratio > 6 && attempt < 3; attempt++) {
      // oxlint-disable-next-line no-await-in-loop -- Parallel runs would change the times.
      const other = await growth(read, start, repeated);
      if (other.ratio < ratio) ({ ratio, bytes } = other);
    }
    const slow = ratio > 9;
    failed ||= slow;
    if (slow || ratio > 6)
      console.log(
        `  ${JSON.stringify(start + repeated)}: ${ratio.toFixed(1)} times the time for 4 times ${bytes} bytes${slow ? ", FAILED" : ""}`,
      );
  }
}
process.exitCode = failed ? 1 : 0;
