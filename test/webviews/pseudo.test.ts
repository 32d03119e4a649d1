/** Shows the pages in a pseudo-language: any readable English text in them is not translated. */
import assert from "node:assert/strict";
import type { BrowserContext, Page } from "playwright-core";
import { collectTexts, productSources, pseudoTexts } from "../../scripts/l10n.ts";
import { openBrowser } from "../harness/browser.ts";
import { testModule } from "../../webviews/image/model/testParts.ts";
import { edge, graphHost, node, panelContent } from "./graphHost.ts";
import { viewContext } from "./pages.ts";
import { fakeStore, logHost, record, session } from "./logHost.ts";
import { themes } from "./themes.ts";
import { bundleView, openView } from "./view.ts";
import { showingImage, showingMetrics, showingReport, testMetrics } from "./shownViews.ts";

/**
 * A script that returns every text and label of the page, except labels that are hidden from screen readers.
 */
const allTexts = `[...document.querySelectorAll("main *")].flatMap((each) => [
  ...(each.ariaHidden ? ["title"] : ["title", "aria-label", "placeholder"]).map((name) => each.getAttribute(name) ?? ""),
  ...[...each.childNodes].map((node) => (node.nodeType === Node.TEXT_NODE ? node.textContent : "")),
])`;

/** Returns the texts with letters outside the pseudo-brackets, not counting data of the test. */
async function untranslated(page: Page, data: readonly string[]): Promise<readonly string[]> {
  const texts: readonly string[] = await page.evaluate(allTexts);
  const rest = (text: string): string =>
    data.reduce((left, word) => left.replaceAll(word, ""), text.replace(/⟦[^⟧]*⟧/g, ""));
  return [...new Set(texts.filter((text) => /[a-z]{2}/i.test(rest(text))))];
}

describe("Pages in another language", () => {
  let context: BrowserContext;
  let close: () => Promise<void>;
  const texts = pseudoTexts(collectTexts(productSources()));
  before(async () => {
    const chromium = await openBrowser();
    ({ close } = chromium);
    context = await viewContext(chromium.browser);
  });
  after(() => close());

  it("have no untranslated text in the log panel", async () => {
    const look = { viewport: { width: 1100, height: 320 } };
    const view = await openView(context, await bundleView("logs"), themes.dark, undefined, texts, look);
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
    await view.page.close();
    assert.deepEqual(found, []);
  });

  it("have no untranslated text in MirageOS Setup", async () => {
    const look = { viewport: { width: 960, height: 760 } };
    const view = await openView(context, await bundleView("doctor"), themes.dark, undefined, texts, look);
    await view.post(
      showingReport({
        subject: "nnn",
        titleOf: () => "Nnn",
        detail: "nnn",
        fix: { title: "Nnn", commandLine: "nnn" },
      }),
    );
    await view.page.locator("summary").click();
    await view.page.locator("tbody tr").nth(4).waitFor();
    const found = await untranslated(view.page, ["Nnn", "nnn"]);
    await view.page.close();
    assert.deepEqual(found, []);
  });

  it("have no untranslated text in the view of an image", async () => {
    const look = { viewport: { width: 1100, height: 640 } };
    const view = await openView(context, await bundleView("image"), themes.dark, undefined, texts, look);
    const other = { unwind: 1, linking: 1, padding: 1, literals: 1, generated: 1, unexplained: 1 };
    const parts = {
      modules: [
        testModule("Nnn", ["nnn", "nnn"], { code: 9000, data: 100 }),
        testModule("Dune__exe__Nnn", [undefined, undefined], { code: 10 }),
        testModule("Nnn_nnn", [undefined, undefined], { code: 10 }),
      ],
      other,
    };
    const before = { title: "nnn", parts: { ...parts, modules: [] } };
    await view.post(
      showingImage({
        kind: "image",
        name: "nnn.nnn",
        facts: [],
        parts,
        sections: [],
        stripped: false,
        earlierBuilds: 2,
        requirements: [],
        before,
      }),
    );
    await view.page.locator(".rows .row").first().focus();
    for (const key of [
      "ArrowRight",
      "ArrowDown",
      "ArrowRight",
      "ArrowDown",
      "ArrowRight",
      "End",
      "ArrowRight",
    ])
      await view.page.keyboard.press(key);
    const found = await untranslated(view.page, ["Nnn", "nnn", "KB"]);
    await view.page.close();
    assert.deepEqual(found, []);
  });

  it("have no untranslated text in the chart and table of metrics", async () => {
    const look = { viewport: { width: 1100, height: 640 } };
    const view = await openView(context, await bundleView("metrics"), themes.dark, undefined, texts, look);
    await view.post(showingMetrics(testMetrics(0, () => "nnn")));
    await view.page.getByRole("slider").waitFor();
    const found = await untranslated(view.page, ["nnn", "AM", "PM"]);
    await view.page.close();
    assert.deepEqual(found, []);
  });

  it("have no untranslated text in the functor graph, drawn and as a tree", async () => {
    const look = { viewport: { width: 1100, height: 640 } };
    const view = await openView(context, await bundleView("graph"), themes.dark, undefined, texts, look);
    const host = graphHost(view, { packages: ["nnn"], connect: ["nnn"], sources: [] });
    await host.waitFor("showGraph");
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
    host.send(
      panelContent(
        { nodes, edges },
        { name: "nnn", folder: "nnn", targets, options: [], configuration, current: configuration },
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
    await view.page.close();
    assert.deepEqual([drawn, listed], [[], []]);
  });
});
