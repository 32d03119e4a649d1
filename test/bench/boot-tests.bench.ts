/**
 * Measures 500 boot tests of a stand-in without an editor, compared with a shell script that boots it as often and
 * searches its output, the memory that stays in use, and what a unikernel that hangs costs.
 */
import { spawnSync } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Row } from "../../scripts/bench.ts";
import { root } from "../../scripts/programs.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";

export const name = "boot tests";

const boots = 500;
/** Tests whose memory is compared with that of all, which must not take much more. */
const fewBoots = 50;
const withinSeconds = 2;

const config =
  '(* mirage >= 4.11.0 & < 4.12.0 *)\nopen Mirage\nlet () = register "hello" [ main "Unikernel" job ]\n';

/** Logs 40 records like a small unikernel, or none and hangs if it has an argument. */
const unikernel = `#!/bin/sh
[ $# = 0 ] || exec sleep 3600
for each in 0 1 2 3; do
  for one in 0 1 2 3 4 5 6 7 8 9; do echo "2026-01-01T00:00:00-00:00: [INFO] [application] message $each$one"; done
done
sleep 0.05
`;

const shellScript = `for each in $(seq ${boots}); do
  timeout ${withinSeconds} dist/hello >output && grep -q 'message 39' output || exit 1
done`;

/** Prints the bytes that are in use at the end. The most that a program had depends on when memory was freed. */
const reportMemory = `data:text/javascript,process.on("exit", () => {
  gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  console.error("memory", heapUsed + arrayBuffers);
})`;

export async function run(): Promise<readonly Row[]> {
  const { path: folder, remove } = await temporaryFolder("mirageos-boot-test-bench-");
  try {
    await mkdir(join(folder, "dist"));
    await writeFile(join(folder, "config.ml"), config);
    await writeFile(join(folder, "dist", "hello"), unikernel);
    await chmod(join(folder, "dist", "hello"), 0o755);
    const expect = { log: ["message 39"], exit: 0, within: withinSeconds };
    const tests = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ name: `test ${index}`, expect }));
    const few = await measure(folder, tests(fewBoots), 0);
    const all = await measure(folder, tests(boots), 0);
    const hanging = await measure(folder, [{ name: "hangs", args: ["--hang"], expect }], 1);
    const started = performance.now();
    const { status } = spawnSync("sh", ["-c", shellScript], { cwd: folder });
    const theirs = performance.now() - started;
    if (status !== 0) throw new Error(`The shell script ended with ${status}.`);
    return [
      {
        what: `${boots} boot tests`,
        value: all.ms,
        unit: "ms",
        against: { what: "a shell script that boots and searches", value: theirs },
        target: theirs * 1.3,
      },
      {
        what: `memory of ${boots} boot tests beyond that of ${fewBoots}`,
        value: (all.bytes - few.bytes) / (1 << 20),
        unit: "MB",
        target: 5,
      },
      {
        what: `a boot test that hangs and has ${withinSeconds} s`,
        value: hanging.longest,
        unit: "ms",
        target: withinSeconds * 1000 + 500,
      },
    ];
  } finally {
    await remove();
  }
}

/** Runs boot tests, of which `failing` must fail, in a process of their own. */
async function measure(
  folder: string,
  tests: readonly object[],
  failing: number,
): Promise<{ readonly ms: number; readonly longest: number; readonly bytes: number }> {
  await writeFile(join(folder, "boot-tests.json"), JSON.stringify({ tests }));
  const cli = join(root, "extension", "bootTestsCli.ts");
  const started = performance.now();
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--expose-gc", "--import", reportMemory, cli, "--target", "unix", folder],
    { encoding: "utf8", maxBuffer: 1e8 },
  );
  const ms = performance.now() - started;
  const expected = `${tests.length - failing} passed, ${failing} failed`;
  if (!stdout.includes(expected)) throw new Error(`Not "${expected}": ${stdout.slice(-1000)}${stderr}`);
  const durations = [...stdout.matchAll(/ \((\d+) ms\)$/gm)].map(([, duration]) => Number(duration));
  return { ms, longest: Math.max(...durations), bytes: Number(/^memory (\d+)$/m.exec(stderr)?.[1]) };
}
