import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { answerPath } from "../../language-bridge/merlin/shimAnswers.ts";
import { root } from "../../scripts/programs.ts";
import { skip } from "../harness/reporter.ts";
import { clickButton, openFile, runCommand, screenshot, waitForTreeItem } from "./driver.ts";
import { readHover } from "./hover.ts";
import { programsFirst, type Programs } from "./programs.ts";
import { poll } from "./poll.ts";
import { openSession, type Session } from "./session.ts";
import { buildMs } from "../harness/limits.ts";

const standIn = join(root, "test-workspace", "toolchain", "lib", "ocamllsp.mjs");
/** A VSIX of the real OCaml Platform. The test replaces its servers with fakes. */
const vsix = process.env["MIRAGEOS_OCAML_PLATFORM"];

describe("With the real OCaml Platform, the extension", function () {
  let session: Session;
  let programs: Programs;

  before(async function () {
    if (vsix === undefined) skip(this, "MIRAGEOS_OCAML_PLATFORM does not name a VSIX");
    programs = await programsFirst({
      ocamlc: '[ "$1" = -version ] && { sleep 3; echo 5.4.1; exit 0; }',
      ocamllsp: `[ "$1" = --version ] || echo $$ "$OCAMLLSP_PROJECT_BUILD_SYSTEM" >> "$FOLDER/starts"
exec '${process.execPath}' '${standIn}' "$@"`,
    });
    session = await openSession({
      own: true,
      env: programs.env,
      settings: { "ocaml.sandbox": { kind: "global" } },
    });
  });
  after(async () => {
    if (vsix === undefined) return;
    await session.close();
    await programs.remove();
  });

  /** Returns the process id of each running server, and the program that it queries for settings. */
  const running = () => {
    const lines = readFileSync(join(programs.folder, "starts"), "utf8").trim().split("\n");
    return lines
      .map((line) => line.split(" "))
      .filter(([id]) => isRunning(Number(id)))
      .map(([id = "", system = ""]) => ({ id, system }));
  };
  const waitForOnlyServer = async (isExpected: (server: { id: string; system: string }) => boolean) => {
    const [server = { id: "", system: "" }] = await poll(
      running,
      ([first, ...others]) => first !== undefined && others.length === 0 && isExpected(first),
      (servers) => `Running servers: ${JSON.stringify(servers)}`,
    );
    return server;
  };

  it("runs exactly one server, even if the user sets it up while the Platform is starting", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^network/, buildMs);
    await openFile(page, "network/config.ml");
    await readHover(page, "settings:");
    const own = await waitForOnlyServer(() => true);
    assert.ok(vsix !== undefined);
    await session.install(vsix);
    await clickButton(page, "Set Up");
    const { system } = await waitForOnlyServer((each) => each.id !== own.id && each.system !== "");
    const bin = dirname(`/${system.replace(/^(\.\.\/)+/, "")}`);
    const config = join(session.folder, "network", "config.ml");
    await writeFile(answerPath(join(dirname(bin), "answers"), config), "((1:B5:/mine))");
    const text = await readHover(page, "settings: ((1:B5:/mine))");
    assert.equal((text.match(/settings:/g) ?? []).length, 1, "one server answers");
    await screenshot(page, "platform-real");
  });

  it("restarts the Platform's server after a configure, and on Disconnect restarts it without our variables", async () => {
    const { page } = session;
    const before = await waitForOnlyServer(() => true);
    await openFile(page, "network/unikernel.ml");
    await runCommand(page, "MirageOS: Configure");
    const after = await waitForOnlyServer(({ id }) => id !== before.id);
    await runCommand(page, "MirageOS: Disconnect OCaml Platform");
    const { system } = await waitForOnlyServer(({ id }) => id !== after.id);
    assert.equal(system, "");
  });
});

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}
