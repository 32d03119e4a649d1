import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/programs.ts";
import {
  differences,
  fingerprints,
  maliciousWorkspace,
  oddNames,
  settingsTitle,
  type Malicious,
} from "../harness/malicious.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import {
  choose,
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
import { poll } from "./poll.ts";
import { programsFirst, type Programs } from "./programs.ts";
import { openSession, type Session } from "./session.ts";
import { buildMs } from "../harness/limits.ts";

/** The file search of VS Code does not find files whose path has a line break. */
const listed = oddNames.filter((name) => !name.includes("\n"));
const tools = ["mirage", "opam", "make", "dune", "ocaml", "ocamlc", "solo5-hvt", "opam-monorepo", "ocamllsp"];

describe("A malicious workspace in Restricted Mode", () => {
  let folder: { path: string; remove: () => Promise<void> };
  let malicious: Malicious;
  let untouched: ReadonlyMap<string, string>;
  let programs: Programs;
  let session: Session;
  before(async () => {
    folder = await temporaryFolder("mirageos-malicious-");
    malicious = await maliciousWorkspace(folder.path);
    untouched = await fingerprints(folder.path);
    // Each start writes a file with the exact arguments.
    programs = await programsFirst(
      Object.fromEntries(
        tools.map((name) => [name, `printf '%s\\0' ${name} "$PWD" "$@" > "$FOLDER/call.$$"`]),
      ),
    );
    // These are user settings. Settings of the workspace apply only when it is trusted.
    const toolPaths = Object.fromEntries(
      ["mirage", "opam"].map((name) => [name, join(programs.folder, name)]),
    );
    session = await openSession({
      folder: malicious.workspace,
      trust: false,
      env: programs.env,
      settings: { "mirageos.toolPaths": toolPaths },
    });
  });
  after(async () => {
    await session?.close();
    await programs?.remove();
    await folder?.remove();
  });

  /** Returns the started programs, each with its folder and arguments. */
  const calls = async () => {
    const names = (await readdir(programs.folder)).filter((name) => name.startsWith("call."));
    const texts = await Promise.all(names.map((name) => readFile(join(programs.folder, name), "utf8")));
    return texts.map((text) => text.split("\0").slice(0, -1));
  };
  const changed = async () => differences(untouched, await fingerprints(folder.path));
  const pwnedElsewhere = () =>
    [homedir(), root, process.cwd(), programs.folder].filter((place) => existsSync(join(place, "pwned")));
  const inProject = (path: string): boolean =>
    /^workspace\/[^/]+(\/|$)/s.test(path) && !/^workspace\/(evil|\.vscode|all of it)\b/.test(path);

  it("is listed in Restricted Mode with the reason why nothing runs, and no program runs or writes a file", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForText(page, "Restricted Mode: nothing in this workspace is run until you trust it.");
    await waitForTreeItem(page, /^\$\(touch pwned\), unix, not configured/);
    await waitForTreeItem(page, /^-rf, unix, not configured/);
    await waitForCommand(page, "MirageOS: Check Setup");
    for (const title of ["Configure", "Build", "Run", "Fetch Dependencies", "Clean", "Select Switch…"])
      assert.ok(!(await offersCommand(page, `MirageOS: ${title}`, 1000)), title);
    // Opening an OCaml file starts no language server.
    await openFile(page, "plain/config.ml");
    await runCommand(page, "MirageOS: Check Setup");
    const panel = page.locator("iframe.webview").contentFrame().locator("iframe").contentFrame();
    await panel.getByText(/^Restricted Mode: MirageOS runs no programs in this workspace/).waitFor();
    await screenshot(page, "e2e-malicious-restricted");
    // A page takes the focus back some time after the palette closes, which can close the next quick pick.
    await runCommand(page, "View: Close All Editors");
    assert.equal(
      await page.getByRole("treeitem", { name: /^huge,/ }).count(),
      0,
      "a file of 200 MB is not a config.ml",
    );
    assert.deepEqual(await calls(), []);
    assert.ok(!existsSync(malicious.started), "no program of the workspace was started");
    assert.deepEqual(await changed(), []);
    assert.deepEqual(pwnedElsewhere(), []);
  });

  it("that is trusted runs only the requested tools, in the project and with unchanged arguments", async () => {
    const { page } = session;
    // A user who trusts a folder also accepts its settings, so the programs that they name would be used.
    const title = () => page.title();
    await poll(title, (text) => text.includes(settingsTitle), String);
    await rm(join(malicious.workspace, ".vscode", "settings.json"));
    await poll(title, (text) => !text.includes(settingsTitle), String);
    await rm(join(malicious.workspace, "plain", "_opam"), { recursive: true });
    await trustWorkspace(page);
    await waitForCommand(page, "MirageOS: Configure");
    for (const name of listed) {
      await runCommand(page, "MirageOS: Select Unikernel");
      await choose(page, name);
      await runCommand(page, "MirageOS: Configure");
      const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
      await waitForTreeItem(page, new RegExp(`^${escaped}, unix, configured`), buildMs);
    }
    assert.equal(await page.getByText(/^Restricted Mode: nothing in this/).count(), 0);
    // The extension queries opam for the environment of the switch before it starts any other program.
    assert.ok(
      (await calls()).some(([tool]) => tool === "opam"),
      "a started program writes its call",
    );
    for (const name of listed) assert.ok(existsSync(join(malicious.workspace, name, "Makefile")), name);
    const configures = (await calls()).filter(
      ([tool, , first]) => tool === "mirage" && first === "configure",
    );
    assert.deepEqual(
      configures.map(([, cwd, ...args]) => `${cwd}: ${args.join("|")}`).toSorted(),
      listed.map((name) => `${join(malicious.workspace, name)}: configure|-t|unix`).toSorted(),
    );
    await screenshot(page, "e2e-malicious-trusted");
  });

  it("cannot be configured through links that lead outside of it, and the reason is shown", async () => {
    const { page } = session;
    for (const [name, place, why] of [
      ["hello", "linked/config.ml", /linked\/mirage leads to .*outside\/mirage, outside this workspace/],
      ["outside", "all of it/config.ml", /all of it leads to .*outside, outside this workspace/],
    ] as const) {
      await runCommand(page, "MirageOS: Select Unikernel");
      await choose(page, name, place);
      await waitForSelected(page, name, "unix");
      await runCommand(page, "MirageOS: Configure");
      await waitForText(page, why);
    }
    await screenshot(page, "e2e-malicious-link");
  });

  it("has changed no file outside its projects, and none of its programs has started", async () => {
    const paths = await changed();
    assert.deepEqual(
      paths.filter(
        (path) =>
          !inProject(path) && path !== "workspace/.vscode/settings.json" && path !== "workspace/.vscode",
      ),
      [],
    );
    assert.deepEqual(
      paths.filter((path) => /(^|\/)pwned$/.test(path)),
      [],
    );
    assert.deepEqual(pwnedElsewhere(), []);
    assert.ok(!existsSync(malicious.started), "no program of the workspace was started");
  });
});
