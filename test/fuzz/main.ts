import fc from "fast-check";
import type { Fuzzed } from "./fuzzed.ts";
import { parsers } from "./parsers.ts";

/** Beside a parser's name on the command line: how many cases each parser is given. */
const cases = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? 100_000);
const only = process.argv.slice(2).filter((word) => !/^\d+$/.test(word));
const chosen = parsers.filter(({ name }) => only.length === 0 || only.includes(name));

/** Input of this size must take so long before its time tells anything. */
const tellingMs = 4;
const largestBytes = 1 << 20;

/** In time of the processor: what else the computer does must not make a reader look slow. */
async function bestMs(read: Fuzzed["read"], bytes: Buffer): Promise<number> {
  let best = Infinity;
  for (let run = 0; run < 3; run++) {
    const begin = process.cpuUsage();
    // oxlint-disable-next-line no-await-in-loop -- Runs at the same time would slow each other.
    await read(bytes);
    best = Math.min(best, process.cpuUsage(begin).user / 1000);
  }
  return best;
}

/** How many times longer an input of four times the size takes; 4 is linear. */
async function growth(read: Fuzzed["read"], begin: string, repeated: string) {
  const input = (bytes: number) => Buffer.from(begin + repeated.repeat(bytes / repeated.length), "latin1");
  for (let bytes = 1 << 12; ; bytes *= 2) {
    // oxlint-disable-next-line no-await-in-loop -- Each size depends on the time of the one before.
    const small = await bestMs(read, input(bytes));
    if (small < tellingMs && bytes < largestBytes) continue;
    // oxlint-disable-next-line no-await-in-loop -- The last one.
    return { ratio: (await bestMs(read, input(bytes * 4))) / Math.max(small, tellingMs), bytes };
  }
}

let failed = false;
for (const { name, inputs, read, shapes } of chosen) {
  const begin = performance.now();
  // oxlint-disable-next-line no-await-in-loop -- One after another, for the times.
  const result = await fc.check(
    fc.asyncProperty(inputs, async (bytes) => void (await read(bytes))),
    { numRuns: cases },
  );
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  console.log(`${name}: ${result.numRuns} cases in ${seconds} s${result.failed ? ", FAILED" : ""}`);
  if (result.failed) console.log(fc.defaultReportMessage(result));
  failed ||= result.failed;
  for (const [start, repeated] of shapes) {
    // oxlint-disable-next-line no-await-in-loop -- One after another, for the times.
    let { ratio, bytes } = await growth(read, start, repeated);
    // Collecting garbage slows one measurement; a slow reader slows all of them.
    for (let again = 0; ratio > 6 && again < 3; again++) {
      // oxlint-disable-next-line no-await-in-loop -- One after another, for the times.
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
