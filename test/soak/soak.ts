/** Works in one window for a long time, opens it again many times, and looks at what grows. */
import { existsSync } from "node:fs";
import { glob, mkdir, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createVSIX } from "@vscode/vsce";
import { root } from "../../scripts/programs.ts";
import { runCommand, waitForCommand, waitForStatus, waitForTreeItem } from "../e2e/driver.ts";
import { openSession, type Session } from "../e2e/session.ts";
import { withStandIns } from "../harness/samples.ts";
import { temporaryFolder } from "../harness/workbench.ts";

/** What the probe saw in the extension host, after garbage was collected; sizes in bytes. */
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

/** What was measured, and what a user's computer would have been left with. */
export interface Soaked {
  readonly rounds: readonly (Measure & { readonly done: number })[];
  readonly windows: readonly Measure[];
  /** Extension hosts alive after each window was opened again: one, when none is left behind. */
  readonly hosts: readonly number[];
  /** Programs of the window, the images and tools, alive after everything ended. */
  readonly orphans: readonly string[];
  /** Lines of VS Code's logs in which it complains of listeners that were never removed. */
  readonly complaints: readonly string[];
}

const roundMs = 60_000;

/** The crash sample, asleep when it boots, so that it runs until it is stopped. */
async function sleeper(at: string): Promise<void> {
  await mkdir(at, { recursive: true });
  for (const [file, from, to] of [
    ["config.ml", '"crash"', '"sleeper"'],
    ["unikernel.ml", 'opt string "exn"', 'opt string "sleep"'],
  ] as const) {
    const text = await readFile(join(root, "test-workspace", "crash", file), "utf8");
    await writeFile(join(at, file), text.replace(from, to));
  }
}

/** Command lines of the processes with this entry in their environment. */
async function carrying(entry: string): Promise<string[]> {
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
/** VS Code's own: its processes, the shell of a terminal, and how it looks for ports that are listened on. */
const isVsCode = (line: string): boolean =>
  /server-main|--type=|bootstrap-fork|shellIntegration|grep socket:|^ls -l \/proc\//.test(line);

/** What VS Code and Node say of listeners that are added and never removed. */
async function complaintsIn(logs: string): Promise<string[]> {
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

/** Bytes as people read them. */
export const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** Rejects when a round or a window did not do what it should. */
export async function soak(
  counts: { readonly rounds: number; readonly reloads: number; readonly every: number },
  say: (text: string) => void,
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
  /** Waits for a new line that is wanted; a failure of the probe is one of ours. */
  const next = async (from: number, wanted: Line["kind"], ms: number): Promise<number> => {
    for (const end = performance.now() + ms; performance.now() < end; await delay(200)) {
      const all = await lines();
      const failed = all.find((line) => line.kind === "failed");
      if (failed) throw new Error(failed.reason);
      const at = all.findIndex((line, index) => index >= from && line.kind === wanted);
      if (at >= 0) return at;
    }
    throw new Error(`No line "${wanted}" of the probe within ${ms / 1000} s.`);
  };
  try {
    await sleeper(join(folder, "sleeper"));
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
    for (let told = 0, done = 0; done < counts.rounds;) {
      told = (await next(told, "round", counts.every * roundMs)) + 1;
      const last = (await lines()).findLast((line) => line.kind === "round");
      done = last?.done ?? 0;
      say(`${done} rounds, heap ${megabytes(last?.heapUsed ?? 0)} MB`);
    }
    await next(0, "end", roundMs);

    const hosts: number[] = [];
    for (let reload = 1; reload <= counts.reloads; reload++) {
      await runCommand(page, "Developer: Reload Window");
      // The status bar of the window before is gone when the page navigates.
      await page.waitForEvent("load");
      await waitForTreeItem(page, /^sleeper, unix, built/, roundMs);
      await waitForStatus(page, "sleeper · unix", roundMs);
      const before = (await lines()).length;
      await waitForCommand(page, "Soak Probe: Measure");
      await runCommand(page, "Soak Probe: Measure");
      await next(before, "window", roundMs);
      hosts.push((await carrying(entry)).filter(isHost).length);
      if (reload % counts.every === 0) say(`${reload} windows, ${hosts.at(-1)} extension hosts`);
    }
    const orphans = (await carrying(entry)).filter((line) => !isVsCode(line));
    const complaints = await complaintsIn(session.logs);
    await session.close();
    session = undefined;
    const all = await lines();
    return {
      rounds: all.filter((line) => line.kind === "round"),
      windows: all.filter((line) => line.kind === "window"),
      hosts,
      orphans: [...orphans, ...(await carrying(entry))],
      complaints,
    };
  } finally {
    await session?.close();
    await own.remove();
  }
}
