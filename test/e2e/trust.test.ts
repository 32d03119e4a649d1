import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  offersCommand,
  openFile,
  runCommand,
  screenshot,
  trustWorkspace,
  waitForCommand,
  waitForSelected,
  waitForText,
  waitForTreeItem,
} from "./driver.ts";
import { programsFirst, type Programs } from "./programs.ts";
import { openSession, type Session } from "./session.ts";
import { buildMs } from "../harness/limits.ts";

const tools = ["mirage", "opam", "make", "dune", "ocaml", "ocamlc", "solo5-hvt", "opam-monorepo", "ocamllsp"];

describe("Restricted Mode", () => {
  let programs: Programs;
  let session: Session;
  before(async () => {
    // Each program writes its name to a file when it starts.
    programs = await programsFirst(
      Object.fromEntries(tools.map((name) => [name, `echo ${name} >> "$FOLDER/started"`])),
    );
    session = await openSession({ trust: false, env: programs.env });
  });
  after(async () => {
    await session.close();
    await programs.remove();
  });
  const started = () => {
    const file = join(programs.folder, "started");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  };

  it("lists the unikernels, explains itself, and starts no program", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForText(page, "Restricted Mode: nothing in this workspace is run until you trust it.");
    await waitForTreeItem(page, /^hello-key, unix, unconfigured/);
    await waitForCommand(page, "MirageOS: Check Setup");
    for (const title of ["Configure", "Build", "Run", "Fetch Dependencies", "Clean", "Select Switch…"])
      assert.ok(!(await offersCommand(page, `MirageOS: ${title}`, 1000)), title);
    await openFile(page, "hello/config.ml");
    await runCommand(page, "MirageOS: Check Setup");
    const panel = page.locator("iframe.webview").contentFrame().locator("iframe").contentFrame();
    await panel.getByText(/^Restricted Mode: MirageOS runs no programs in this workspace/).waitFor();
    await screenshot(page, "e2e-restricted");
    assert.deepEqual(started(), []);
  });

  it("ends when the user trusts the workspace, and commands work", async () => {
    const { page } = session;
    await trustWorkspace(page);
    await waitForCommand(page, "MirageOS: Configure");
    await waitForSelected(page, "hello", "unix");
    await runCommand(page, "MirageOS: Configure");
    await waitForTreeItem(page, "hello, unix, configured", buildMs);
    // The extension queries opam for the environment of the switch before it starts any other program.
    assert.ok(started().includes("opam"), "a started program writes its name");
    assert.ok(existsSync(join(session.folder, "hello", "Makefile")));
    assert.equal(await page.getByText(/^Restricted Mode: nothing in this/).count(), 0);
  });
});
