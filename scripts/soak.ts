/**
 * `npm run soak`: runs 200 rounds of configure, build, boot and stop in one window and reloads a window 50
 * times, in the npm workbench with the stand-in tools, and prints the measurements. `npm run soak -- ROUNDS
 * RELOADS` sets the numbers. The exit code is 1 if a process was left behind or memory use grew.
 */
import { megabytes, soak, type Measure } from "../test/soak/soak.ts";
import { packageExtension } from "./package.ts";
import { secondsSince } from "./programs.ts";
import { ensureSystem } from "./system.ts";
import { installWorkbench } from "./vscode.ts";

/** Maximum ratio of the memory use at the end to that after the warm-up. */
const maximumGrowth = 1.1;

const [rounds = 200, reloads = 50] = process.argv.slice(2).map(Number);
const every = Math.max(1, Math.min(10, Math.floor(Math.min(rounds, reloads || rounds) / 5)));
const started = performance.now();

await ensureSystem();
await installWorkbench();
await packageExtension();
const soaked = await soak({ rounds, reloads, every }, (text) =>
  console.log(`${secondsSince(started)}: ${text}`),
);

const problems: string[] = [];
const row = (at: string, { heapUsed, external, rss, resources, ...counted }: Measure) => ({
  at,
  "heap MB": megabytes(heapUsed),
  "external MB": megabytes(external),
  "resident MB": megabytes(rss),
  ...counted,
  watchers: resources["FSEventWrap"] ?? 0,
  children: resources["ProcessWrap"] ?? 0,
});
console.table([
  ...soaked.rounds.map(({ done, ...measure }) => row(`round ${done}`, measure)),
  ...soaked.windows
    .map((measure, index) => row(`window ${index + 1}`, measure))
    .filter((_, index, all) => index === 0 || index === all.length - 1 || (index + 1) % every === 0),
]);

/** Compares the last measurement with the one after a fifth of the rounds, when caches are filled. */
function compare(what: string, measures: readonly Measure[]): void {
  const warm = measures.slice(Math.floor(measures.length / 5));
  const [first, last] = [warm[0], warm.at(-1)];
  if (!first || !last || warm.length < 2) return;
  const ratio = last.heapUsed / first.heapUsed;
  console.log(
    `${what}: heap ${megabytes(first.heapUsed)} MB after warm-up, ${megabytes(last.heapUsed)} MB at the end (${((ratio - 1) * 100).toFixed(1)} %)`,
  );
  if (ratio > maximumGrowth) problems.push(`${what}: the heap grew by ${((ratio - 1) * 100).toFixed(0)} %`);
  for (const name of [
    "emitters",
    "disposables",
    "signals",
    "nodeEmitters",
    "processListeners",
    "files",
  ] as const) {
    // One per round would be a leak, but a few objects are temporary.
    if (last[name] > first[name] * maximumGrowth + 5)
      problems.push(`${what}: ${name} from ${first[name]} to ${last[name]}`);
  }
}
compare("rounds", soaked.rounds);
compare("windows", soaked.windows);
const left = soaked.hosts.findIndex((count) => count !== 1);
if (left >= 0) problems.push(`${soaked.hosts[left]} extension hosts after window ${left + 1}`);
problems.push(...soaked.orphans.map((line) => `left behind: ${line}`), ...soaked.complaints);

console.log(
  `${rounds} rounds and ${reloads} windows in ${secondsSince(started)}: ${soaked.orphans.length} orphans, ${soaked.complaints.length} reports of leaked listeners.`,
);
for (const problem of problems) console.error(`FAILED: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
