/** The pages in a language that does not exist: what is readable English there can't be translated. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { collectTexts, productSources, pseudoTexts } from "../../scripts/l10n.ts";
import { openPage } from "../harness/workbench.ts";
import { edge, graphHost, node, pictureOf } from "./graphHost.ts";
import { fakeStore, logHost, record, session } from "./logHost.ts";
import { themes } from "./themes.ts";
import { bundleView, openView } from "./view.ts";

/** Every text and label of the page; what is hidden from screen readers has no label. */
const everythingSaid = `[...document.querySelectorAll("main *")].flatMap((each) => [
  ...(each.ariaHidden ? ["title"] : ["title", "aria-label", "placeholder"]).map((name) => each.getAttribute(name) ?? ""),
  ...[...each.childNodes].map((node) => (node.nodeType === Node.TEXT_NODE ? node.textContent : "")),
])`;

/** Those in which letters are outside the brackets, but for what is data of the test. */
async function untranslated(page: Page, data: readonly string[]): Promise<readonly string[]> {
  const said: readonly string[] = await page.evaluate(everythingSaid);
  const rest = (text: string): string =>
    data.reduce((left, word) => left.replaceAll(word, ""), text.replace(/⟦[^⟧]*⟧/g, ""));
  return [...new Set(said.filter((text) => /[a-z]{2}/i.test(rest(text))))];
}

describe("the pages in another language", function () {
  this.timeout(60_000);
  let browser: Browser;
  const texts = pseudoTexts(collectTexts(productSources()));
  before(async () => {
    ({ browser } = await openPage());
  });
  after(() => browser.close());

  it("have no English text of their own in the log panel", async () => {
    const context = await browser.newContext({ viewport: { width: 1100, height: 320 }, timezoneId: "UTC" });
    const view = await openView(context, await bundleView("logs"), themes.dark, undefined, texts);
    const store = fakeStore();
    const host = logHost(view, store);
    store.add(session("hello"), (seq) => record(seq), 3);
    await view.page.getByText("message 2", { exact: true }).waitFor();
    const data = [
      "message",
      "application",
      "hello",
      "hvt",
      "debug",
      "info",
      "warning",
      "error",
      "app",
      "other",
    ];
    const found = await untranslated(view.page, data);
    host.dispose();
    await context.close();
    assert.deepEqual(found, []);
  });

  it("have no English text of their own in the report of the setup", async () => {
    const context = await browser.newContext({ viewport: { width: 960, height: 760 } });
    const view = await openView(context, await bundleView("doctor"), themes.dark, undefined, texts);
    const mend = { title: "Nnn", commandLine: "nnn" };
    const lines = ["ready", "limited", "old", "unknown", "missing"].map((status, i) => {
      const section = ["environment", "tools", "targets"][i % 3];
      return { section, id: `n${i}`, title: "Nnn", status, detail: "nnn", essential: i > 2, mend };
    });
    await view.post({
      envelope: "tell",
      body: { kind: "show", view: { kind: "report", subject: "nnn", lines } },
    });
    await view.page.locator("tbody tr").nth(4).waitFor();
    const found = await untranslated(view.page, ["Nnn", "nnn"]);
    await context.close();
    assert.deepEqual(found, []);
  });

  it("have no English text of their own in the functor graph, as a drawing and as a tree", async () => {
    const context = await browser.newContext({ viewport: { width: 1100, height: 640 } });
    const view = await openView(context, await bundleView("graph"), themes.dark, undefined, texts);
    const host = graphHost(view, { packages: ["nnn"], connect: ["nnn"], places: [] });
    await host.heard("look");
    const kinds = ["application", "functor", "module", "service", "if", "apply"] as const;
    const changes = ["added", "removed", "changed"] as const;
    const nodes = kinds.map((kind, i) => {
      const change = changes[i % 3] ?? "same";
      return node(`Nnn${i}`, { kind, change, keys: ["nnn"] });
    });
    const edges = (["argument", "dependency", "branch", "default", "functor"] as const).map((kind, i) =>
      edge("Nnn0", `Nnn${i + 1}`, i, { kind }),
    );
    const targets = [{ name: "nnn", note: "" }];
    const configuration = { target: "nnn", options: [], evaluate: true };
    host.tell(
      pictureOf(
        { nodes, edges },
        { name: "nnn", place: "nnn", targets, options: [], configuration, current: configuration },
      ),
    );
    const data = [...nodes.map(({ instance }) => instance), "Nnn", "nnn"];
    await view.page.locator(".node").last().waitFor({ state: "attached" });
    await view.page.locator(".node").first().focus();
    await view.page.keyboard.press("Space");
    await view.page.locator(".details").waitFor();
    const drawn = await untranslated(view.page, data);
    await view.page.locator("a.skip").focus();
    await view.page.keyboard.press("Enter");
    await view.page.getByRole("treeitem").last().waitFor();
    const listed = await untranslated(view.page, data);
    host.dispose();
    await context.close();
    assert.deepEqual([drawn, listed], [[], []]);
  });
});
