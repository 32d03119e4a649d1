import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { pagesOf } from "./pages.ts";
import { showingMetrics, testMetrics } from "./shownViews.ts";
import { themes } from "./themes.ts";
import type { View } from "./view.ts";

const reading = (page: Page) => page.locator(".reading").textContent();
const selected = (page: Page) => page.locator("[aria-pressed=true]").allTextContents();

describe("Metrics in a browser", () => {
  const pages = pagesOf("metrics");
  const open = async (theme = themes.dark): Promise<View> => {
    const view = await pages.open({ viewport: { width: 960, height: 640 } }, theme);
    await view.post(showingMetrics(testMetrics()));
    await view.page.getByRole("slider").waitFor();
    return view;
  };

  it("have a chart, which is interrupted where a value is missing, and all fields in a table", async () => {
    const { page } = await open();
    assert.equal(await page.getByRole("heading", { level: 2 }).textContent(), "field 0");
    const path = (await page.locator(".line").getAttribute("d")) ?? "";
    assert.equal(path.match(/M/g)?.length, 2);
    assert.doesNotMatch(path, /NaN|Infinity/);
    assert.deepEqual(await selected(page), ["field 0"]);
    assert.equal(await page.locator("tbody tr").count(), 3);
    assert.match((await reading(page)) ?? "", /^14,000 at /);
  });

  it("are read with the arrow keys and the pointer; the last value is followed", async () => {
    const view = await open();
    const { page } = view;
    const slider = page.getByRole("slider");
    await slider.focus();
    await page.keyboard.press("Home");
    assert.match((await reading(page)) ?? "", /^15,000 at /);
    await page.keyboard.press("ArrowRight");
    assert.equal(await slider.getAttribute("aria-valuenow"), "2");
    assert.match((await slider.getAttribute("aria-valuetext")) ?? "", /^12,000 at /);
    await page.keyboard.press("End");
    const box = await slider.boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + 90, box.y + 100);
    assert.match((await reading(page)) ?? "", /^15,000 at /);
    await page.mouse.move(box.x + 90, box.y + box.height + 60);
    assert.match((await reading(page)) ?? "", /^14,000 at /);
  });

  it("show the chart of the row that is selected with the mouse or the arrow keys", async () => {
    const view = await open();
    const { page } = view;
    const requested = () =>
      view.sent.filter((message) => JSON.stringify(message).includes('"select"')).length;
    await page.getByText("field 1", { exact: true }).click();
    assert.equal(requested(), 1);
    await view.post(showingMetrics(testMetrics(1)));
    await page.getByRole("heading", { name: "field 1", exact: true }).waitFor();
    await page.keyboard.press("ArrowDown");
    assert.equal(requested(), 2);
    await view.post(showingMetrics(testMetrics(2)));
    await page.getByRole("heading", { name: "field 2", exact: true }).waitFor();
    assert.deepEqual(await selected(page), ["field 2"]);
    // The focus stays on the row while values arrive.
    assert.equal(await page.evaluate("document.activeElement.textContent"), "field 2");
  });

  it("have rows that can be selected in a low editor", async () => {
    const view = await pages.open({ viewport: { width: 660, height: 250 } });
    await view.post(showingMetrics(testMetrics()));
    await view.page.getByText("field 1", { exact: true }).click({ timeout: 5000 });
    assert.ok(view.sent.some((message) => JSON.stringify(message).includes('"select"')));
  });

  it("show the last text of a field that has texts, and say if nothing has arrived", async () => {
    const view = await open();
    const chart = { key: "gc0", name: "status", segments: [], text: "<b>ok</b>" };
    await view.post(showingMetrics({ ...testMetrics(), chart }));
    await view.page.getByText("<b>ok</b>").waitFor();
    assert.equal(await view.page.getByRole("slider").count(), 0);
    await view.post(showingMetrics({ title: "Metrics of hello", rows: [], chart: undefined }));
    await view.page.getByText("No metrics have arrived yet").waitFor();
    assert.equal(await view.page.getByRole("table").count(), 0);
  });
});
