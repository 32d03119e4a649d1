import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildMs } from "../harness/limits.ts";
import { root } from "../../scripts/programs.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import { openFile, runCommand, waitForCommand, waitForTreeItem } from "./driver.ts";
import { readHover } from "./hover.ts";
import { programsFirst, type Programs } from "./programs.ts";
import { openSession, type Session } from "./session.ts";

const standIn = join(root, "test-workspace", "toolchain", "lib", "ocamllsp.mjs");

describe("A workspace with several folders", () => {
  let own: Awaited<ReturnType<typeof temporaryFolder>>;
  let programs: Programs;
  let session: Session;

  before(async () => {
    own = await temporaryFolder("mirageos-several-");
    for (const [sample, to] of [
      ["hello", "first folder"],
      ["crash", "second/inner"],
      ["network", "third"],
      ["network", "fourth"],
    ] as const) {
      await mkdir(dirname(join(own.path, to)), { recursive: true });
      await cp(join(root, "test-workspace", sample), join(own.path, to), { recursive: true });
    }
    const workspace = join(own.path, "several.code-workspace");
    const folders = ["first folder", "second", "third", "fourth"].map((path) => ({ path }));
    await writeFile(workspace, JSON.stringify({ folders }));
    programs = await programsFirst({
      ocamllsp: `[ "$1" = --version ] || pwd >> "$FOLDER/starts"\nexec '${process.execPath}' '${standIn}' "$@"`,
    });
    session = await openSession({ folder: workspace, env: programs.env });
    await session.page.getByRole("tab", { name: "MirageOS" }).first().click();
  });
  after(async () => {
    await session?.close();
    await programs?.remove();
    await own?.remove();
  });

  it("starts a language server for each folder, although the servers register the same commands", async () => {
    const { page } = session;
    await waitForTreeItem(page, /^network/);
    const folders = ["third", "fourth"];
    for (const folder of folders) {
      await openFile(page, `${folder}/config.ml`);
      await readHover(page, "settings:");
    }
    const starts = (await readFile(join(programs.folder, "starts"), "utf8")).trim().split("\n");
    assert.deepEqual(
      starts,
      folders.map((folder) => join(own.path, folder)),
    );
  });

  it("shows the unikernels of all folders, and configures each one in its own folder", async () => {
    const { page } = session;
    await waitForTreeItem(page, /^hello, unix/);
    await waitForTreeItem(page, /^crash, unix, not configured/);
    await waitForCommand(page, "MirageOS: Configure");
    await openFile(page, "inner/config.ml");
    await runCommand(page, "MirageOS: Configure");
    await waitForTreeItem(page, /^crash, unix, configured/, buildMs);
    assert.ok(existsSync(join(own.path, "second", "inner", "Makefile")));
    assert.ok(!existsSync(join(own.path, "first folder", "Makefile")));
  });
});
