import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { root } from "../../scripts/programs.ts";
import { standInHost } from "../harness/samples.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import {
  choose,
  clickButton,
  notifications,
  openFile,
  quickPickRow,
  runCommand,
  screenshot,
  waitForCommand,
  waitForSelected,
  waitForStatus,
  waitForTerminal,
  waitForText,
  waitForTreeItem,
} from "./driver.ts";
import { programsFirst, type Programs } from "./programs.ts";
import { openSession, type Session } from "./session.ts";
import { buildMs } from "../harness/limits.ts";

const run = promisify(execFile);

/** Copies a sample into a folder whose path make can use, and builds it for spt. */
async function buildSample(sample: string, at: string, env: NodeJS.ProcessEnv): Promise<void> {
  for (const file of ["config.ml", "unikernel.ml"])
    await cp(join(root, "test-workspace", sample, file), join(at, file));
  await run("mirage", ["configure", "-t", "spt"], { cwd: at, env });
  await run("make", ["depend", "build"], { cwd: at, env });
}

/** Creates the files in which Linux describes a tap interface that is up and that everybody may use. */
async function makeTap(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries({ flags: "0x1003", tun_flags: "0x1002", owner: "-1" }))
    await writeFile(join(folder, file), `${text}\n`);
}

async function select(page: Page, name: string, folder: string): Promise<void> {
  await runCommand(page, "MirageOS: Select Unikernel…");
  await choose(page, name, `${folder}/config.ml`);
  await waitForSelected(page, name, "spt");
}

/** Returns the last command line that Run shows in the visible terminal. */
async function runLine(page: Page): Promise<string> {
  const lines = await waitForTerminal(page, /^▶ Run: /, buildMs);
  return lines.findLast((line) => line.startsWith("▶ Run: ")) ?? "";
}

describe("Booting a unikernel that needs devices", function () {
  let session: Session;
  let programs: Programs;
  let own: Awaited<ReturnType<typeof temporaryFolder>>;
  const interfaceFolder = (name: string) => join(own.path, "host", "sys", "class", "net", name);

  before(async function () {
    if (process.platform !== "linux") this.skip();
    own = await temporaryFolder("mirageos-devices-");
    const folder = join(own.path, "ws");
    programs = await programsFirst({ sudo: 'touch "$FOLDER/ran"; exit 1' });
    const host = join(own.path, "host");
    await cp(standInHost, host, { recursive: true });
    // The shell is slow: text that is typed before its prompt would appear twice.
    await writeFile(join(own.path, ".bashrc"), "sleep 1\nPS1='ready> '\n");
    const env = {
      ...programs.env,
      MIRAGEOS_HOST_ROOT: host,
      HOME: own.path,
      SHELL: "/bin/bash",
      MIRAGEOS_STANDIN_SPEED: "100",
    };
    await buildSample("network", join(folder, "network"), env);
    await buildSample("block", join(folder, "block"), env);
    await cp(join(folder, "block"), join(folder, "other"), { recursive: true, preserveTimestamps: true });
    await writeFile(join(folder, "other", "disk.img"), Buffer.alloc(1 << 20));
    // The tests read the terminal, which the log panel would hide.
    session = await openSession({ folder, env, settings: { "mirageos.revealLogs": "debug" } });
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^network, spt, built/);
    await waitForCommand(page, "MirageOS: Run");
  });
  after(async () => {
    await session?.close();
    await programs?.remove();
    await own?.remove();
  });

  it("offers a debug configuration for each unikernel and each target that can boot on this computer", async () => {
    const { page } = session;
    await runCommand(page, "Debug: Select and Start Debugging");
    const input = page.locator(".quick-input-widget input").first();
    await input.fill("debug MirageOS");
    await quickPickRow(page, /MirageOS\.\.\./)
      .first()
      .click();
    await quickPickRow(page, "Run network on spt").first().waitFor();
    await screenshot(page, "e2e-devices-dynamic");
    const labels = await page.locator(".quick-input-widget .label-name").allInnerTexts();
    assert.equal(new Set(labels).size, labels.length, labels.join(", "));
    for (const unikernel of ["network", "block_test (block)", "block_test (other)"]) {
      for (const target of ["unix", "spt"]) {
        const label = `Run ${unikernel} on ${target}`;
        assert.ok(labels.includes(label), `${label} in ${labels.join(", ")}`);
      }
    }
    assert.ok(!labels.some((label) => label.includes("muen")), labels.join(", "));
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
  });

  it("shows the commands that create a tap, and types them once into a terminal if the user agrees", async () => {
    const { page } = session;
    await select(page, "network", "network");
    await runCommand(page, "MirageOS: Run");
    await waitForText(page, 'Network Device "service"');
    await waitForStatus(page, "network: waiting for your answer");
    await waitForTreeItem(page, /^network, spt, waiting for your answer/);
    // No progress notification is shown next to the prompt, not even that of waiting for an earlier job.
    await page.locator(".notification-list-item-message").first().waitFor({ state: "detached" });
    await screenshot(page, "e2e-devices-tap");
    await choose(page, "New Tap Interface…");
    const dialog = page.locator(".monaco-dialog-box");
    await dialog.waitFor();
    const message = await dialog.innerText();
    // This host has no interfaces, so the first name is free.
    const tap = "tap100";
    const commands = [
      `sudo ip tuntap add ${tap} mode tap user "$USER"`,
      `sudo ip addr add 10.0.0.1/24 dev ${tap}`,
      `sudo ip link set dev ${tap} up`,
    ];
    for (const line of commands) assert.ok(message.includes(line), message);
    await screenshot(page, "e2e-devices-commands");
    await clickButton(page, "Type into Terminal");
    const lines = await waitForTerminal(page, /^ready> .*tuntap/, buildMs);
    assert.deepEqual(
      lines.filter((line) => line.includes("tuntap")),
      [`ready> ${commands.join(" && ")}`],
    );
    await screenshot(page, "e2e-devices-typed");
    assert.ok(!existsSync(join(programs.folder, "ran")), "nothing runs before the user presses Enter");
    await waitForTreeItem(page, /^network, spt, built/);
  });

  it("shows no notification if the user cancels", async () => {
    const { page } = session;
    await runCommand(page, "MirageOS: Run");
    await choose(page, "New Tap Interface…");
    await page.locator(".monaco-dialog-box").getByRole("button", { name: "Cancel" }).click();
    await waitForTreeItem(page, /^network, spt, built/);
    assert.deepEqual(await notifications(page), [], "a cancelled prompt is not a failure");
  });

  it("offers the existing taps, and attaches the selected one again without a prompt", async () => {
    const name = "mos0";
    await makeTap(interfaceFolder(name));
    try {
      const { page } = session;
      for (const prompts of [true, false]) {
        await runCommand(page, "MirageOS: Run");
        if (prompts) await choose(page, name);
        await waitForTreeItem(page, /^network, spt, run/, buildMs);
        assert.match(await runLine(page), new RegExp(`--net:service=${name} `));
        await runCommand(page, "MirageOS: Stop");
        await waitForTreeItem(page, /^network, spt, built/);
      }
    } finally {
      await rm(interfaceFolder(name), { recursive: true });
    }
  });

  it("creates a block file of the size that the user enters", async () => {
    const { page, folder } = session;
    await select(page, "block_test", "block");
    await openFile(page, "block/unikernel.ml");
    await page.keyboard.press("F5");
    await waitForText(page, 'Block Device "storage"', buildMs);
    await choose(page, "New File…");
    const input = page.locator(".quick-input-widget input").first();
    await waitForText(page, 'Size of the File for "storage"');
    await input.fill("much");
    await waitForText(page, "Enter a whole number of megabytes, such as 16.");
    await screenshot(page, "e2e-devices-size");
    await input.fill("2");
    await page.keyboard.press("Enter");
    await waitForText(page, 'Name of the File for "storage"');
    await page.keyboard.press("Enter");
    const panel = page.frameLocator("iframe.webview").frameLocator("#active-frame");
    await panel.getByText("Total tests passed").waitFor({ timeout: buildMs });
    assert.equal((await stat(join(folder, "block", "storage.img"))).size, 2 << 20);
    await screenshot(page, "e2e-devices-block");
    // Run attaches the same file as F5, without a prompt.
    await runCommand(page, "MirageOS: Run");
    assert.match(await runLine(page), /--block:storage=storage\.img -- dist\/block_test\.spt$/);
  });

  it("offers the existing block files", async () => {
    const { page } = session;
    await select(page, "block_test", "other");
    await runCommand(page, "View: Close All Editors");
    await runCommand(page, "MirageOS: Run");
    await choose(page, "disk.img");
    assert.match(await runLine(page), /--block:storage=disk\.img -- dist\/block_test\.spt$/);
  });
});
