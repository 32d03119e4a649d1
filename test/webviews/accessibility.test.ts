/** Checks the pages with axe-core against WCAG 2.1 A and AA, in all themes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { root } from "../../scripts/programs.ts";
import { openBrowser } from "../harness/browser.ts";
import { testParts } from "../../webviews/image/model/testParts.ts";
import { graphHost, panelContent, recordedView } from "./graphHost.ts";
import { viewContext } from "./pages.ts";
import { fakeStore, logHost, record, session } from "./logHost.ts";
import { themes } from "./themes.ts";
import { bundleView, openView, type Bundle, type View } from "./view.ts";
import { showingImage, showingMetrics, showingReport, testMetrics } from "./shownViews.ts";

const axe = readFileSync(join(root, "node_modules", "axe-core", "axe.min.js"), "utf8");

const options = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
  resultTypes: ["violations"],
  // The labels of rows and nodes contain the visible text in another order.
  rules: { "label-content-name-mismatch": { enabled: false } },
};

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Returns the violations on the page as text, with the first node of each rule. */
async function violations(page: Page): Promise<readonly string[]> {
  const found: readonly Violation[] = await page.evaluate(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return found.flatMap(({ id, help, nodes }) =>
    nodes
      .slice(0, 1)
      .map(({ html, failureSummary }) => `${id} (${help}): ${html.slice(0, 200)}\n${failureSummary}`),
  );
}

/** Returns the violations on the page in all themes, each with the name of its theme. */
async function violationsInThemes({ page, setTheme }: View): Promise<readonly string[]> {
  // The content security policy of the page forbids other scripts, so axe is evaluated.
  await page.evaluate(axe);
  const all: string[] = [];
  for (const [name, theme] of Object.entries(themes)) {
    await setTheme(theme);
    all.push(...(await violations(page)).map((text) => `${name}: ${text}`));
  }
  return all;
}

describe("The accessibility check", function () {
  let context: BrowserContext;
  let close: () => Promise<void>;
  const bundles = new Map<string, Bundle>();
  before(async () => {
    const chromium = await openBrowser();
    ({ close } = chromium);
    context = await viewContext(chromium.browser);
    for (const name of ["logs", "doctor", "graph", "image", "metrics"])
      bundles.set(name, await bundleView(name));
  });
  after(() => close());

  const bundleOf = (name: string): Bundle => {
    const found = bundles.get(name);
    assert.ok(found);
    return found;
  };

  it("finds no violations in the log panel, in all themes", async () => {
    const look = { viewport: { width: 900, height: 320 } };
    const view = await openView(context, bundleOf("logs"), themes.dark, undefined, undefined, look);
    const store = fakeStore();
    const host = logHost(view, store);
    store.add(session("hello"), (seq) => record(seq), 20);
    await view.page.getByText("message 2", { exact: true }).waitFor();
    const found = await violationsInThemes(view);
    host.dispose();
    await view.page.close();
    assert.deepEqual(found, []);
  });

  it("finds no violations in MirageOS Setup, in all themes", async () => {
    const look = { viewport: { width: 960, height: 760 } };
    const view = await openView(context, bundleOf("doctor"), themes.dark, undefined, undefined, look);
    await view.post(
      showingReport({
        subject: "hello",
        titleOf: (line) => `Tool ${line}`,
        detail: "A detail",
        fix: { title: "Install mirage", commandLine: "opam install mirage" },
      }),
    );
    await view.page.locator("summary").click();
    await view.page.locator("tbody tr").nth(4).waitFor();
    const found = await violationsInThemes(view);
    await view.page.close();
    assert.deepEqual(found, []);
  });

  it("finds no violations in the view of an image, in all themes", async () => {
    const look = { viewport: { width: 1100, height: 640 }, reducedMotion: "reduce" } as const;
    const view = await openView(context, bundleOf("image"), themes.dark, undefined, undefined, look);
    const before = { title: "old.hvt", parts: { ...testParts, modules: [] } };
    const facts = [{ label: "Target", value: "hvt", hint: "A hint" }];
    await view.post(
      showingImage({
        kind: "image",
        name: "hello.hvt",
        facts,
        parts: testParts,
        sections: [],
        stripped: false,
        earlierBuilds: 1,
        requirements: [],
        before,
      }),
    );
    await view.page.locator(".rows .row").first().focus();
    await view.page.keyboard.press("ArrowRight");
    const found = await violationsInThemes(view);
    await view.page.close();
    assert.deepEqual(found, []);
  });

  it("finds no violations in the chart and table of metrics, in all themes", async () => {
    const look = { viewport: { width: 960, height: 640 } };
    const view = await openView(context, bundleOf("metrics"), themes.dark, undefined, undefined, look);
    await view.post(showingMetrics(testMetrics()));
    await view.page.getByRole("slider").focus();
    const found = await violationsInThemes(view);
    await view.page.close();
    assert.deepEqual(found, []);
  });

  it("finds no violations in the functor graph, drawn and as a tree, in all themes", async () => {
    const look = { viewport: { width: 1100, height: 640 }, reducedMotion: "reduce" } as const;
    const view = await openView(context, bundleOf("graph"), themes.dark, undefined, undefined, look);
    const host = graphHost(view);
    await host.waitFor("showGraph");
    host.send(panelContent(recordedView("network")));
    await view.page.locator(".node").last().waitFor({ state: "attached" });
    await view.page.locator(".node").first().focus();
    await view.page.keyboard.press("Space");
    await view.page.locator(".details").waitFor();
    const drawn = await violationsInThemes(view);
    await view.page.locator("a.skip").focus();
    await view.page.keyboard.press("Enter");
    await view.page.getByRole("treeitem").last().waitFor();
    const tree = await violationsInThemes(view);
    host.dispose();
    await view.page.close();
    assert.deepEqual([...drawn, ...tree], []);
  });
});
