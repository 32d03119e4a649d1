import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, glob, mkdir, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { root } from "../../scripts/programs.ts";
import { withStandIns } from "../harness/samples.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import {
  choose,
  quickPickRow,
  runCommand,
  screenshot,
  showUnikernels,
  waitForSelected,
  waitForTreeItem,
} from "./driver.ts";
import { poll } from "./poll.ts";
import { openSession, type Session } from "./session.ts";
import { buildMs } from "../harness/limits.ts";

/** The folders of the unikernels, which are all named `sleeper`. */
const folders = ["first", "second", "third"] as const;

/** Copies the crash sample as `sleeper`, makes it sleep after boot, and builds it for unix. */
async function buildSleeper(at: string, env: NodeJS.ProcessEnv): Promise<void> {
  await mkdir(at, { recursive: true });
  for (const [file, from, to] of [
    ["config.ml", '"crash"', '"sleeper"'],
    ["unikernel.ml", 'opt string "exn"', 'opt string "sleep"'],
  ] as const) {
    const text = await readFile(join(root, "test-workspace", "crash", file), "utf8");
    assert.ok(text.includes(from));
    await writeFile(join(at, file), text.replace(from, to));
  }
  const run = promisify(execFile);
  await run("mirage", ["configure", "-t", "unix"], { cwd: at, env });
  await run("make", ["depend", "build"], { cwd: at, env });
}

/** Returns the ids of the processes that run images below a folder. */
async function running(folder: string): Promise<number[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      const image = await readlink(`/proc/${id}/exe`).catch(() => "");
      return image.startsWith(folder) ? [Number(id)] : [];
    }),
  );
  return found.flat();
}

const waitUntilRunning = (folder: string, count: number): Promise<number[]> =>
  poll(
    () => running(folder),
    (found) => found.length === count,
    (found) => `${found.length} unikernels are running, not ${count}.`,
    buildMs,
  );

/** Counts the console files of runs below VS Code's data folder that contain the message of the sample. */
async function countConsoles(data: string): Promise<number> {
  let count = 0;
  for await (const file of glob("User/workspaceStorage/*/mirageos.mirageos/logs/*.log", { cwd: data })) {
    const text = await readFile(join(data, file), "utf8").catch(() => "");
    if (text.includes("mode is sleep")) count++;
  }
  return count;
}

async function parentOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^PPid:\s*(\d+)/m.exec(text)?.[1]);
}

describe("Running unikernels", function () {
  let session: Session;
  let own: Awaited<ReturnType<typeof temporaryFolder>>;
  let folder = "";

  before(async function () {
    if (process.platform !== "linux") this.skip();
    own = await temporaryFolder("mirageos-survivors-");
    folder = join(own.path, "ws");
    const env = withStandIns(process.env);
    const [first, ...others] = folders.map((name) => join(folder, name));
    assert.ok(first);
    await buildSleeper(first, env);
    for (const other of others) await cp(first, other, { recursive: true, preserveTimestamps: true });
    const configurations = ["first", "second"].map((name) => ({
      type: "mirage",
      request: "launch",
      name,
      unikernel: name,
    }));
    await mkdir(join(folder, ".vscode"));
    await writeFile(
      join(folder, ".vscode", "launch.json"),
      JSON.stringify({ configurations, compounds: [{ name: "both", configurations: ["first", "second"] }] }),
    );
    session = await openSession({ folder, env });
  });
  after(async () => {
    await session?.close();
    await own?.remove();
  });

  /** Starts two unikernels with F5 and one with Run. */
  const startThree = async (page: Page): Promise<number[]> => {
    await showUnikernels(page);
    await waitForTreeItem(page, /^sleeper, unix, built.* in folder third/);
    await runCommand(page, "MirageOS: Select Unikernel…");
    await choose(page, "sleeper", "third/config.ml");
    await waitForSelected(page, "sleeper", "unix");
    await runCommand(page, "MirageOS: Run");
    await waitUntilRunning(folder, 1);
    await runCommand(page, "Debug: Select and Start Debugging");
    // The list is quick open with this prefix.
    await page.locator(".quick-input-widget input").first().fill("debug both");
    await quickPickRow(page, "both").first().click();
    return waitUntilRunning(folder, 3);
  };

  it("end when their window is reloaded, and their logs remain", async () => {
    const { page } = session;
    await startThree(page);
    await screenshot(page, "e2e-survivors");
    await page.reload();
    await page.locator(".monaco-workbench .part.statusbar").waitFor();
    await waitUntilRunning(folder, 0);
    await runCommand(page, "MirageOS: Show Unikernel Logs");
    const panel = page.frameLocator("iframe.webview").frameLocator("#active-frame");
    await panel.getByText("mode is sleep").first().waitFor({ timeout: buildMs });
    await screenshot(page, "e2e-survivors-reloaded");
  });

  it("end when the extension host is killed", async () => {
    const { page } = session;
    const data = dirname(session.logs);
    const before = await countConsoles(data);
    const three = await startThree(page);
    // The start of a unikernel is complete when its output has arrived.
    await poll(
      () => countConsoles(data),
      (count) => count >= before + three.length,
      (count) => `${count - before} unikernels have printed their message, not ${three.length}.`,
      buildMs,
    );
    const hosts = new Set(await Promise.all(three.map(parentOf)));
    assert.equal(hosts.size, 1, "one extension host started all of them");
    const [host = 0] = hosts;
    assert.match(await readFile(`/proc/${host}/cmdline`, "utf8"), /extensionHost/);
    process.kill(host, "SIGKILL");
    await waitUntilRunning(folder, 0);
  });
});
