import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createVSIX } from "@vscode/vsce";
import { answerPath } from "../../language-bridge/merlin/shimAnswers.ts";
import { root } from "../../scripts/programs.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import { clickButton, openFile, runCommand, screenshot, waitForStatus, waitForTreeItem } from "./driver.ts";
import { readHover } from "./hover.ts";
import { programsFirst, type Programs } from "./programs.ts";
import { poll } from "./poll.ts";
import { openSession, type Session } from "./session.ts";
import { buildMs } from "../harness/limits.ts";

const standIn = join(root, "test-workspace", "toolchain", "lib", "ocamllsp.mjs");
const system = "OCAMLLSP_PROJECT_BUILD_SYSTEM";

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

describe("With the OCaml Platform, the extension", function () {
  let session: Session;
  let programs: Programs;
  let scratch: { readonly path: string; readonly remove: () => Promise<void> };
  let vsix: string;

  before(async () => {
    scratch = await temporaryFolder("mirageos-platform-");
    vsix = join(scratch.path, "platform.vsix");
    const cwd = join(root, "test", "e2e", "platform");
    await createVSIX({
      cwd,
      packagePath: vsix,
      allowMissingRepository: true,
      skipLicense: true,
      dependencies: false,
    });
    programs = await programsFirst({
      // The Platform queries the version first, which may be slow in an opam switch.
      ocamllsp: `if [ "$1" = --version ]; then sleep "$(cat "$FOLDER/slow" 2>/dev/null || echo 0)"; else echo $$ >> "$FOLDER/starts"; echo "$OCAMLLSP_PROJECT_BUILD_SYSTEM" >> "$FOLDER/systems"; fi
exec '${process.execPath}' '${standIn}' "$@"`,
    });
    session = await openSession({ env: programs.env, own: true });
  });
  after(async () => {
    await session.close();
    await programs.remove();
    await scratch.remove();
  });

  const settingsFile = () => join(session.folder, ".vscode", "settings.json");
  const extraEnv = async (): Promise<Readonly<Record<string, string>> | undefined> => {
    if (!existsSync(settingsFile())) return undefined;
    const settings: Record<string, Record<string, string>> = JSON.parse(
      await readFile(settingsFile(), "utf8"),
    );
    return settings["ocaml.server.extraEnv"];
  };
  const waitUntil = (isTrue: () => boolean | Promise<boolean>, what: string) =>
    poll(isTrue, Boolean, () => what);
  /** The build system in the environment of the server that was started last. */
  const systemOfServer = () => {
    const lines = readFileSync(join(programs.folder, "systems"), "utf8").split("\n");
    return lines.at(-2) ?? "";
  };
  const starts = () => readFileSync(join(programs.folder, "starts"), "utf8").trim().split("\n").map(Number);
  const running = () => starts().filter(isRunning).length;

  it("stops our server when the Platform is installed and prompts once before it is connected", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^network/, buildMs);
    await openFile(page, "network/config.ml");
    assert.doesNotMatch(await readHover(page, "settings:"), /Platform/);
    assert.equal(starts().length, 1);
    await writeFile(join(programs.folder, "slow"), "3");
    await session.install(vsix);
    // The Platform is still starting when the user clicks the button.
    await page.getByRole("button", { name: "Set Up" }).first().waitFor();
    await screenshot(page, "platform-offer");
    assert.equal(await extraEnv(), undefined);
    await clickButton(page, "Set Up");
    await waitForStatus(page, /Platform started [2-9]/);
    assert.equal(running(), 1, "a Platform that is starting does not start a second server");
    await rm(join(programs.folder, "slow"));
    assert.match(systemOfServer(), /mirageos-merlin$/);
    assert.equal(await extraEnv(), undefined, "no setting names a path of this computer");
    // The variable leads through the root to the launcher; the answers are in a folder next to it.
    const bin = dirname(`/${systemOfServer().replace(/^(\.\.\/)+/, "")}`);
    const config = join(session.folder, "network", "config.ml");
    await writeFile(answerPath(join(dirname(bin), "answers"), config), "((1:B5:/mine))");
    const text = await readHover(page, "Platform: settings: ((1:B5:/mine))");
    assert.equal((text.match(/settings:/g) ?? []).length, 1, "one server answers");
    await screenshot(page, "platform-connected");
  });

  it("leaves the colours and the comments of OCaml to the Platform", async () => {
    const { page } = session;
    await openFile(page, "hello/config.ml");
    await runCommand(page, "Developer: Inspect Editor Tokens and Scopes");
    const scopes = page.locator(".token-inspect-widget");
    await scopes.getByText(/keyword\.platform\s*source\.ocaml/).waitFor();
    await page.keyboard.press("Escape");
    await runCommand(page, "Toggle Line Comment");
    await page
      .locator(".view-line")
      .first()
      .getByText(/^\(\*P/)
      .waitFor();
    await runCommand(page, "File: Revert File");
  });

  it("restarts the Platform's server after a configure for another dune context", async () => {
    const { page } = session;
    const count = async () =>
      Number(
        /Platform started (\d+)/.exec(
          (await page.locator(".part.statusbar").innerText()).replaceAll(/\s+/g, " "),
        )?.[1],
      );
    const before = await count();
    await openFile(page, "network/unikernel.ml");
    await runCommand(page, "MirageOS: Configure");
    await page.waitForFunction(
      (least) => {
        const { document } = globalThis as unknown as { document: { body: { innerText: string } } };
        return Number(/Platform started\s+(\d+)/.exec(document.body.innerText)?.[1]) > least;
      },
      before,
      { timeout: buildMs },
    );
  });

  it("removes the variables that an earlier version wrote to the settings, and no others", async () => {
    const { page, folder } = session;
    await mkdir(join(folder, ".vscode"), { recursive: true });
    const settings = {
      "ocaml.server.extraEnv": {
        [system]: "../../gone/mirageos-merlin",
        OCAMLLSP_PROJECT_ROOT: "/gone",
        MINE: "1",
      },
    };
    await writeFile(settingsFile(), JSON.stringify(settings));
    await openFile(page, "hello/unikernel.ml");
    await waitUntil(async () => (await extraEnv())?.[system] === undefined, "the variables were not removed");
    assert.deepEqual(await extraEnv(), { MINE: "1" });
  });

  it("starts the Platform's server without the variables on request", async () => {
    await runCommand(session.page, "MirageOS: Disconnect OCaml Platform");
    await waitUntil(() => systemOfServer() === "", "the server still has the variables");
  });

  it("starts our server again when the Platform is uninstalled", async () => {
    const { page } = session;
    const before = starts().length;
    await session.uninstall("ocamllabs.ocaml-platform");
    const loaded = page.waitForEvent("load", { timeout: buildMs });
    await runCommand(page, "Developer: Reload Window");
    await loaded;
    await waitForTreeItem(page, /^network/, buildMs);
    await openFile(page, "network/config.ml");
    assert.doesNotMatch(await readHover(page, "settings:"), /Platform/);
    assert.ok(starts().length > before);
  });
});
