/** Measures what the view of running unikernels costs while it is visible. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { RunningUnikernel } from "../../extension/running/model.ts";
import { createWindowFiles } from "../../extension/running/otherWindows.ts";
import { usageReader } from "../../extension/running/processUsage.ts";
import { createRunningRows } from "../../extension/running/runningRows.ts";
import { run as runProgram } from "../../extension/platform/process.ts";
import type { Row } from "../../scripts/bench.ts";
import { cpuMs } from "../harness/cpuTime.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import { rounds } from "./figures.ts";

export const name = "running";

const runs = 10;
const turns = 5;
const updatesOfTurn = 100;

/** Runs updates one after another that are a second apart in the view. */
export async function run(): Promise<readonly Row[]> {
  const { path: folder, remove } = await temporaryFolder("mirageos-running-bench-");
  const programs = Array.from({ length: runs }, () => spawn("sleep", ["600"], { stdio: "ignore" }));
  try {
    await Promise.all(programs.map((program) => once(program, "spawn")));
    const own = programs.map(({ pid }, index): RunningUnikernel => {
      const known = { session: String(index), name: `hello-${index}`, unikernel: `/w/${index}/config.ml` };
      const state = { devices: ["service: tap100"], addresses: ["10.0.0.2/24"], boot: undefined };
      return { ...known, ...state, target: "spt", pid, startedAt: 0, canRestart: true, isElsewhere: false };
    });
    let now = 0;
    const rows = createRunningRows({
      own: () => own,
      others: createWindowFiles(join(folder, "running")).readOthers,
      readUsage: usageReader(process.platform, runProgram),
      now: () => now,
    });
    const percents: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      const before = cpuMs();
      for (let update = 0; update < updatesOfTurn; update++) {
        now += 1000;
        // oxlint-disable-next-line no-await-in-loop -- Updates come one after another.
        await rows.update();
      }
      percents.push((100 * (cpuMs() - before)) / (1000 * updatesOfTurn));
    }
    return [
      {
        what: `share of a core of ${runs} runs, updated once a second, without the drawing of VS Code`,
        ...rounds(percents),
        unit: "%",
        target: 0.5,
      },
    ];
  } finally {
    for (const program of programs) program.kill();
    await remove();
  }
}
