/** The pages in a language that does not exist: what is readable English there can't be translated. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { collectTexts, productSources, pseudoTexts } from "../../scripts/l10n.ts";
import { openPage } from "../harness/workbench.ts";
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
});
