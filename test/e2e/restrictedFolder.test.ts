import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildMs } from "../harness/limits.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import {
  answerNewUnikernel,
  choose,
  clickButton,
  runCommand,
  screenshot,
  trustWorkspace,
  waitForText,
  waitForTreeItem,
} from "./driver.ts";
import { programsFirst, type Programs } from "./programs.ts";
import { openSession, type Session } from "./session.ts";
import { openWalkthrough, press, settings, stepOf } from "./walkthrough.ts";

describe("An empty folder in Restricted Mode", function () {
  let place: Awaited<ReturnType<typeof temporaryFolder>>;
  let programs: Programs;
  let session: Session;
  before(async () => {
    place = await temporaryFolder("mirageos-untrusted-");
    programs = await programsFirst({ opam: 'echo "$*" >> "$FOLDER/calls"' });
    session = await openSession({ folder: place.path, trust: false, env: programs.env, settings });
  });
  after(async () => {
    await session?.close();
    await programs?.remove();
    await place?.remove();
  });

  it("has a step for workspace trust first in Get Started, and an installation requires trust", async () => {
    const { page } = session;
    await openWalkthrough(page);
    await stepOf(page, "trust").getByRole("button", { name: "Manage Workspace Trust" }).waitFor();
    await screenshot(page, "first-restricted");
    await press(page, "mirage", "Install mirage");
    await waitForText(page, /^Restricted Mode: MirageOS runs no program/);
    assert.ok(!existsSync(join(programs.folder, "calls")), "opam was not started");
  });

  it("gets a new unikernel, which can be configured when the workspace is trusted", async () => {
    const { page } = session;
    await runCommand(page, "MirageOS: New Unikernel…");
    await answerNewUnikernel(page, { template: "Hello", folder: / This folder \(/, target: "unix" });
    await choose(page, / Create$/);
    await waitForText(page, "Created hello. To build it, trust this workspace.");
    assert.ok(!existsSync(join(programs.folder, "calls")), "opam was not started");
    await trustWorkspace(page);
    await waitForText(page, "Created hello. Build and run it for unix now?");
    await clickButton(page, "Configure");
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^hello, unix, configured/, buildMs);
    assert.ok(existsSync(join(programs.folder, "calls")), "the fake opam writes its calls");
  });
});
