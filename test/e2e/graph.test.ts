import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FrameLocator } from "playwright-core";
import { withStandIns } from "../harness/samples.ts";
import { temporaryFolder } from "../harness/workbench.ts";
import { openFile, runCommand, screenshot, waitForStatus, waitForTreeItem } from "./driver.ts";
import { openSession, type Session } from "./session.ts";
import { buildMs } from "../harness/limits.ts";

const source = "(* A library. *)\nmodule Make (Below : S) = struct end\n";

describe("the functor graph in the window", function () {
  let session: Session;
  let libraries: Awaited<ReturnType<typeof temporaryFolder>>;
  let graph: FrameLocator;
  const node = (title: string) => graph.locator("g.node").filter({ hasText: title }).first();

  before(async () => {
    libraries = await temporaryFolder("mirageos-libraries-");
    const arp = join(libraries.path, "arp", "mirage");
    await mkdir(arp, { recursive: true });
    await writeFile(join(arp, "arp.ml"), source);
    session = await openSession({
      env: withStandIns({ ...process.env, OCAMLPATH: libraries.path }),
    });
    const vendored = join(session.folder, "network", "duniverse", "ethernet", "src");
    await mkdir(vendored, { recursive: true });
    await writeFile(join(vendored, "ethernet.ml"), source);
    graph = session.page.frameLocator("iframe.webview").frameLocator("#active-frame");
  });
  after(async () => {
    await session.close();
    await libraries.remove();
  });

  it("is drawn beside config.ml, before anything was configured", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^network/, buildMs);
    await openFile(page, "network/config.ml");
    await waitForStatus(page, /network · /, buildMs);
    await runCommand(page, "MirageOS: Show Functor Graph");
    await node("Unikernel.Main").waitFor({ timeout: buildMs });
    await screenshot(page, "graph");
  });

  it("goes to the functor in unikernel.ml by a click, and back from the cursor", async () => {
    const { page } = session;
    await node("Unikernel.Main").click();
    const header = page.locator(".view-line", { hasText: "module Main" }).first();
    await header.waitFor({ timeout: buildMs });
    await openFile(page, "network/config.ml");
    await page.locator(".view-line", { hasText: "generic_stackv4v6" }).getByText("generic_stackv4v6").click();
    await graph.locator("g.node.marked").first().waitFor({ timeout: buildMs });
    await runCommand(page, "MirageOS: Reveal in Functor Graph");
    await graph.locator("g.node.selected").first().waitFor({ timeout: buildMs });
    await screenshot(page, "graph-revealed");
  });

  it("goes to a module's source in duniverse/ and in the switch, with a choice beside config.ml", async () => {
    const { page } = session;
    for (const [module, place] of [
      ["Ethernet.Make", /duniverse.ethernet.src.ethernet\.ml:2/],
      ["Arp.Make", /mirage.arp\.ml:2/],
    ] as const) {
      await node(module).click();
      const row = page.getByRole("option", { name: place }).first();
      await row.waitFor({ timeout: buildMs });
      assert.ok(await page.getByRole("option", { name: /config\.ml:/ }).count());
      await row.click();
      const line = page.locator(".view-line", { hasText: "(Below : S)" }).first();
      await line.waitFor({ timeout: buildMs });
      await screenshot(page, `graph-source-${module}`);
      await runCommand(page, "View: Close Editor");
      await line.waitFor({ state: "hidden" });
    }
    await openFile(page, "network/config.ml");
  });

  it("is drawn for another target at a choice", async () => {
    const { page } = session;
    const words = graph.getByText(/ for hvt consists of/);
    await graph.getByRole("combobox", { name: "Target" }).first().selectOption("hvt");
    await words.first().waitFor({ timeout: buildMs });
    await screenshot(page, "graph-hvt");
  });

  it("comes back after the window was reloaded", async () => {
    const { page } = session;
    // A reload by the browser would lose what the workbench has not written yet: which panels are open.
    const loaded = page.waitForEvent("load", { timeout: buildMs });
    await runCommand(page, "Developer: Reload Window");
    await loaded;
    await node("Unikernel.Main").waitFor({ timeout: buildMs });
    await graph
      .getByText(/ for hvt consists of/)
      .first()
      .waitFor({ timeout: buildMs });
  });

  it("is found again by the command when its tab was behind another while the window was loaded", async () => {
    const { page } = session;
    const tabs = page.getByRole("tab", { name: /^Functor Graph: network/ });
    await tabs.first().click();
    await runCommand(page, "View: Move Editor into Previous Group");
    await openFile(page, "network/config.ml");
    const loaded = page.waitForEvent("load", { timeout: buildMs });
    await runCommand(page, "Developer: Reload Window");
    await loaded;
    await waitForStatus(page, /network · /, buildMs);
    await runCommand(page, "MirageOS: Show Functor Graph");
    await node("Unikernel.Main").waitFor({ timeout: buildMs });
    assert.equal(await tabs.count(), 1);
    await screenshot(page, "graph-found");
  });

  it("follows a saved config.ml, and keeps the last picture under the error of one that does not compile", async () => {
    const { page, folder } = session;
    const file = join(folder, "network", "config.ml");
    const good = await readFile(file, "utf8");
    await writeFile(file, `${good}\nlet broken = \n`);
    await graph.locator(".banner").filter({ hasText: "does not compile" }).waitFor({ timeout: buildMs });
    assert.ok(await node("Unikernel.Main").isVisible());
    await screenshot(page, "graph-broken");
    await writeFile(file, good);
    await graph.locator(".banner").waitFor({ state: "hidden", timeout: buildMs });
  });

  it("is described in a document", async () => {
    const { page } = session;
    await runCommand(page, "MirageOS: Describe");
    await page.locator(".view-line", { hasText: "# network" }).first().waitFor({ timeout: buildMs });
    await page
      .locator(".view-line", { hasText: "| `utcp` | `false` | default |" })
      .waitFor({ timeout: buildMs });
  });
});
