import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FrameLocator } from "playwright-core";
import { withStandIns } from "../harness/samples.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import { openFile, runCommand, screenshot, waitForSelected, waitForTreeItem } from "./driver.ts";
import { openSession, type Session } from "./session.ts";
import { buildMs } from "../harness/limits.ts";

const source = "(* A library. *)\nmodule Make (Below : S) = struct end\n";

describe("The functor graph", function () {
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
    // VS Code keeps the frames of tabs in the background, but hides them.
    const shown = session.page.locator("iframe.webview").filter({ visible: true });
    graph = shown.contentFrame().frameLocator("#active-frame");
  });
  after(async () => {
    await session.close();
    await libraries.remove();
  });

  it("opens next to config.ml before the unikernel is configured", async () => {
    const { page } = session;
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^network/, buildMs);
    await openFile(page, "network/config.ml");
    await waitForSelected(page, "network", undefined, buildMs);
    await runCommand(page, "MirageOS: Show Functor Graph");
    await node("Unikernel.Main").waitFor({ timeout: buildMs });
    await screenshot(page, "graph");
  });

  it("opens a functor in unikernel.ml on a click, and selects the node at the cursor", async () => {
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

  it("offers the source of a module in duniverse/ or in the switch in addition to config.ml", async () => {
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
      // The click makes the editor the active one: without it, the command could close the graph.
      await line.click();
      await runCommand(page, "View: Close Editor");
      await line.waitFor({ state: "hidden" });
    }
    await openFile(page, "network/config.ml");
  });

  it("changes to the target that the user selects", async () => {
    const { page } = session;
    const summary = graph.getByText(/ for hvt consists of/);
    await graph.getByRole("combobox", { name: "Target" }).first().selectOption("hvt");
    await summary.first().waitFor({ timeout: buildMs });
    await screenshot(page, "graph-hvt");
  });

  it("opens again after a reload of the window, in its existing tab if that tab was in the background", async () => {
    const { page } = session;
    const tabs = (name: string) => page.getByRole("tab", { name: new RegExp(`^Functor Graph: ${name}`) });
    await tabs("network").first().click();
    await runCommand(page, "View: Move Editor into Previous Group");
    await openFile(page, "hello/config.ml");
    await waitForSelected(page, "hello", undefined, buildMs);
    await runCommand(page, "MirageOS: Show Functor Graph");
    await graph
      .getByText(/ for unix consists of/)
      .first()
      .waitFor({ timeout: buildMs });
    // A reload by the browser would lose state that the workbench has not written yet, such as the open
    // panels.
    const loaded = page.waitForEvent("load", { timeout: buildMs });
    await runCommand(page, "Developer: Reload Window");
    await loaded;
    await graph
      .getByText(/ for unix consists of/)
      .first()
      .waitFor({ timeout: buildMs });
    await tabs("hello").first().click();
    await runCommand(page, "View: Close Editor");
    await openFile(page, "network/config.ml");
    await waitForSelected(page, "network", undefined, buildMs);
    await runCommand(page, "MirageOS: Show Functor Graph");
    await node("Unikernel.Main").waitFor({ timeout: buildMs });
    await graph
      .getByText(/ for hvt consists of/)
      .first()
      .waitFor({ timeout: buildMs });
    assert.equal(await tabs("network").count(), 1);
    await screenshot(page, "graph-found");
  });

  it("updates when config.ml is saved, and stays visible below the error if config.ml does not compile", async () => {
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

  it("has a description that opens as a document", async () => {
    const { page } = session;
    await runCommand(page, "MirageOS: Describe Functor Graph");
    await page.locator(".view-line", { hasText: "# network" }).first().waitFor({ timeout: buildMs });
    await page
      .locator(".view-line", { hasText: "| `utcp` | `false` | default |" })
      .waitFor({ timeout: buildMs });
  });
});
