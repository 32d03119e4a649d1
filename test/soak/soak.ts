/** Repeats jobs in one window for a long time, reloads it many times, and measures leaks. */
import { existsSync } from "node:fs";
import { glob, mkdir, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createVSIX } from "@vscode/vsce";
import { root } from "../../scripts/programs.ts";
import { runCommand, waitForCommand, waitForSelected, waitForTreeItem } from "../e2e/driver.ts";
import { openSession, type Session } from "../e2e/session.ts";
import { withStandIns } from "../harness/samples.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";

/** Measurements of the probe in the extension host after a garbage collection; sizes are in bytes. */
export interface Measure {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
  readonly emitters: number;
  readonly disposables: number;
  readonly signals: number;
  readonly nodeEmitters: number;
  readonly processListeners: number;
  readonly files: number;
  readonly resources: Readonly<Record<string, number>>;
}

type Line =
  | ({ readonly kind: "round"; readonly done: number } & Measure)
  | ({ readonly kind: "window" } & Measure)
  | { readonly kind: "end" }
  | { readonly kind: "failed"; readonly reason: string };

/** All measurements, and what was left behind. */
export interface Soaked {
  readonly rounds: readonly (Measure & { readonly done: number })[];
  readonly windows: readonly Measure[];
  /** Number of extension hosts after each reload; one if none is left behind. */
  readonly hosts: readonly number[];
  /** Command lines of the images and tools that still run after the session ended. */
  readonly orphans: readonly string[];
  /** Log lines of VS Code that report leaked listeners or disposables. */
  readonly complaints: readonly string[];
}

const roundMs = 60_000;

/** Copies the crash sample and makes it sleep after boot, so that it runs until it is stopped. */
async function copySleeper(at: string): Promise<void> {
  await mkdir(at, { recursive: true });
  for (const [file, from, to] of [
    ["config.ml", '"crash"', '"sleeper"'],
    ["unikernel.ml", 'opt string "exn"', 'opt string "sleep"'],
  ] as const) {
    const text = await readFile(join(root, "test-workspace", "crash", file), "utf8");
    await writeFile(join(at, file), text.replace(from, to));
  }
}

/** Returns the command lines of the processes with this entry in their environment. */
async function processesWithEntry(entry: string): Promise<string[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      const environment = await readFile(`/proc/${id}/environ`, "utf8").catch(() => "");
      if (!environment.split("\0").includes(entry)) return [];
      const words = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
      return [
        words.replaceAll("\0", " ").trim().slice(0, 200) ||
          (await readlink(`/proc/${id}/exe`).catch(() => id)),
      ];
    }),
  );
  return found.flat();
}

const isHost = (line: string): boolean => line.includes("--type=extensionHost");
/**
 * True for processes of VS Code itself: its own programs, terminal shells, and commands that look for open
 * ports.
 */
const isVsCode = (line: string): boolean =>
  /server-main|--type=|bootstrap-fork|shellIntegration|grep socket:|^ls -l \/proc\//.test(line);

/** Returns the log lines in which VS Code and Node report leaked listeners or disposables. */
async function findLeakReports(logs: string): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob("**/*.log", { cwd: logs })) {
    const text = await readFile(join(logs, file), "utf8");
    found.push(
      ...text
        .split("\n")
        .filter((line) => /listener leak|MaxListenersExceeded|leaking disposable/i.test(line)),
    );
  }
  return found;
}

/** Formats bytes as megabytes with one decimal. */
export const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** Runs the soak test. Rejects if a round or a reload fails. `print` shows the progress. */
export async function soak(
  counts: { readonly rounds: number; readonly reloads: number; readonly every: number },
  print: (text: string) => void,
): Promise<Soaked> {
  const own = await temporaryFolder("mirageos-soak-");
  const folder = join(own.path, "workspace");
  const task = join(own.path, "task");
  const entry = `MIRAGEOS_SOAK=${task}`;
  let session: Session | undefined;
  const lines = async (): Promise<Line[]> => {
    if (!existsSync(`${task}.out`)) return [];
    const text = await readFile(`${task}.out`, "utf8");
    return text
      .split("\n")
      .slice(0, -1)
      .map((line): Line => JSON.parse(line));
  };
  /**
   * Waits for a line of this kind at or after the index `from`, and returns its index. Rejects if the probe
   * failed.
   */
  const next = async (from: number, kind: Line["kind"], ms: number): Promise<number> => {
    for (const end = performance.now() + ms; performance.now() < end; await delay(200)) {
      const all = await lines();
      const failed = all.find((line) => line.kind === "failed");
      if (failed) throw new Error(failed.reason);
      const at = all.findIndex((line, index) => index >= from && line.kind === kind);
      if (at >= 0) return at;
    }
    throw new Error(`The probe wrote no line "${kind}" within ${ms / 1000} s.`);
  };
  try {
    await copySleeper(join(folder, "sleeper"));
    await writeFile(
      task,
      JSON.stringify({ ...counts, folder, config: join(folder, "sleeper", "config.ml") }),
    );
    const vsix = join(own.path, "probe.vsix");
    await createVSIX({
      cwd: join(root, "test", "soak", "probe"),
      packagePath: vsix,
      allowMissingRepository: true,
      skipLicense: true,
      dependencies: false,
    });
    session = await openSession({
      own: true,
      folder,
      env: { ...withStandIns(process.env), MIRAGEOS_SOAK: task },
    });
    const { page } = session;
    await session.install(vsix);
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^sleeper, unix/);
    await waitForCommand(page, "Soak Probe: Run Rounds");
    await runCommand(page, "Soak Probe: Run Rounds");
    for (let nextLine = 0, done = 0; done < counts.rounds;) {
      nextLine = (await next(nextLine, "round", counts.every * roundMs)) + 1;
      const last = (await lines()).findLast((line) => line.kind === "round");
      done = last?.done ?? 0;
      print(`${done} rounds, heap ${megabytes(last?.heapUsed ?? 0)} MB`);
    }
    await next(0, "end", roundMs);

    const hosts: number[] = [];
    for (let reload = 1; reload <= counts.reloads; reload++) {
      await runCommand(page, "Developer: Reload Window");
      // The old status bar is gone when the page navigates.
      await page.waitForEvent("load");
      await waitForTreeItem(page, /^sleeper, unix, built/, roundMs);
      await waitForSelected(page, "sleeper", "unix", roundMs);
      const before = (await lines()).length;
      await waitForCommand(page, "Soak Probe: Measure");
      await runCommand(page, "Soak Probe: Measure");
      await next(before, "window", roundMs);
      hosts.push((await processesWithEntry(entry)).filter(isHost).length);
      if (reload % counts.every === 0) print(`${reload} windows, ${hosts.at(-1)} extension hosts`);
    }
    const orphans = (await processesWithEntry(entry)).filter((line) => !isVsCode(line));
    const complaints = await findLeakReports(session.logs);
    await session.close();
    session = undefined;
    const all = await lines();
    return {
      rounds: all.filter((line) => line.kind === "round"),
      windows: all.filter((line) => line.kind === "window"),
      hosts,
      orphans: [...orphans, ...(await processesWithEntry(entry))],
      complaints,
    };
  } finally {
    await session?.close();
    await own.remove();
  }
}
