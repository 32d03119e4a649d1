import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import type { Page } from "playwright-core";
import { fakeStore, record, session, type FakeStore } from "./logHost.ts";
import { counted, logViews, messages, varied } from "./logRig.ts";
import type { View } from "./view.ts";

const many = 20_000;

function largeStore(): FakeStore {
  const store = fakeStore();
  const text = (seq: number) => `${seq % 7000 === 3 ? "lease" : seq % 2 === 0 ? "frame" : "segment"} ${seq}`;
  store.add(session("hello"), (seq) => record(seq, { message: text(seq) }), many);
  return store;
}

/** Presses a key that moves to another row, and waits until the page has drawn that row with its text. */
async function moveBy(page: Page, key: string): Promise<void> {
  const active = page.locator(".row.active:not([aria-busy])");
  const rowIndex = (await active.count()) === 0 ? null : await active.getAttribute("aria-rowindex");
  await page.keyboard.press(key);
  await page.locator(`.row.active:not([aria-busy]):not([aria-rowindex="${rowIndex}"])`).waitFor();
}

/** Waits until all visible rows have arrived. */
const settled = (page: Page) => page.locator(".row[aria-busy]").first().waitFor({ state: "detached" });
const firstSeen = async (view: View) =>
  Number((await view.probe<string>("firstSeen('.grid', '.row', '.message')")).split(" ")[1]);

describe("The log panel while the user types", () => {
  const open = logViews();

  for (const height of [320, 2160])
    it(`shows the rows for each letter immediately, none of them blank, in ${height} pixels`, async () => {
      const { view, page } = await open(largeStore());
      await page.setViewportSize({ width: 1100, height });
      await counted(page, "20,000 records").waitFor();
      const field = page.locator(".filter input");
      const type = async () => {
        await view.probe("watchBlanks()");
        await field.pressSequentially("frame", { delay: 30 });
        await counted(page, "10,000 of 20,000 records").waitFor();
        await field.fill("");
        await counted(page, "20,000 records").waitFor();
        return await view.probe<number>("blanks()");
      };
      await page.locator(".row:not([aria-busy])").getByText("frame 19998").waitFor();
      assert.equal(await type(), 0, "no row is blank at the end");
      await page.locator(".grid").focus();
      await moveBy(page, "Home");
      // The page marks missing rows only after it has drawn a frame.
      for (let pages = 0; pages < 20; pages++) await moveBy(page, "PageDown");
      await settled(page);
      assert.equal(await type(), 0, "no row is blank in the middle");
    });

  it("returns to the visible rows and to the focused row when the filter is removed", async () => {
    const { view, host, page } = await open(largeStore());
    await counted(page, "20,000 records").waitFor();
    await page.locator(".grid").focus();
    await page.keyboard.press("Home");
    await page.getByText("frame 0", { exact: true }).waitFor();
    await page.mouse.move(400, 200);
    await page.mouse.wheel(0, 5400);
    await page.getByText("frame 306", { exact: true }).click();
    await page.locator(".row.active").getByText("frame 306").waitFor();
    await settled(page);
    const before = await firstSeen(view);
    const field = page.locator(".filter input");
    await field.pressSequentially("lease");
    await counted(page, "3 of 20,000 records").waitFor();
    assert.deepEqual(await messages(view), ["lease 3", "lease 7003", "lease 14003"]);
    await view.probe("waitForSavedState('lease')");
    await field.press("Escape");
    await counted(page, "20,000 records").waitFor();
    await settled(page);
    // The row at the top may have been partly above the edge and is completely visible now.
    const after = await firstSeen(view);
    assert.ok(after === before || after === before - 1, `${after} and not ${before}`);
    await page.locator(".row.active").getByText("frame 306").waitFor();
    await page.getByRole("button", { name: "Copy the selected rows, or all" }).click();
    await page.getByText("did copy").waitFor();
    const copied = host.received.at(-1);
    assert.ok(copied?.kind === "copy" && copied.from === 0 && copied.to === many, "no row is selected");
  });

  it("announces the number of matches when the user stops typing, and no new records", async () => {
    const store = varied();
    const { view, page } = await open(store);
    await counted(page, "9 records").waitFor();
    await view.probe("recordAnnouncements()");
    store.add(session("long", { startedAt: Date.UTC(2027, 0, 1) }), record, 10);
    for (let end = 11; end <= 60; end++) {
      store.grow("long", end);
      await setImmediate();
    }
    await counted(page, "60 records").waitFor();
    await page.locator(".filter input").pressSequentially("message 1", { delay: 20 });
    await page.locator(".toolbar [role=status]").getByText("11 of 60 records").waitFor();
    assert.deepEqual(await view.probe("announcements()"), ["11 of 60 records"]);
    await page.getByRole("button", { name: "Use a regular expression" }).click();
    await page.locator(".filter input").fill("message (");
    await page.locator(".toolbar [role=status]").getByText("Invalid regular expression").waitFor();
  });

  it("stays paused while the filter changes", async () => {
    const store = varied();
    const { page } = await open(store);
    await counted(page, "9 records").waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    store.add(session("hello"), (seq) => record(seq), 20);
    await counted(page, "9 records, paused, 11 more").waitFor();
    await page.locator(".filter input").fill("message 3");
    await counted(page, "1 of 9 records, paused, 11 more").waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await counted(page, "1 of 20 records").waitFor();
  });

  it("reports that a session is being loaded, and can show another one in the meantime", async () => {
    const store = varied();
    const older = Date.UTC(2025, 0, 1);
    store.add(session("old", { startedAt: older, outcome: { kind: "ok", text: "ended" } }), record, 5);
    const loading = Promise.withResolvers<void>();
    let loaded = false;
    const { page } = await open({
      ...store,
      isLoaded: (id) => id !== "old" || loaded,
      span: (id) => (id === "old" && !loaded ? { first: 0, end: 0 } : store.span(id)),
      load: (id) => (id === "old" ? loading.promise : Promise.resolve()),
    });
    await counted(page, "9 records").waitFor();
    const choose = (id: string) => page.locator(".sessions").selectOption(id);
    await choose("old");
    await page.getByText("Reading the console of old…").waitFor();
    assert.equal(await page.locator(".shown").textContent(), "", "the number of records is not known yet");
    await page.locator(".filter input").fill("message");
    await choose("hello");
    await counted(page, "0 of 9 records").waitFor();
    await page.locator(".filter input").fill("lease");
    await counted(page, "1 of 9 records").waitFor();
    loaded = true;
    loading.resolve();
    await page.locator(".filter input").fill("lost the");
    await counted(page, "1 of 9 records").waitFor();
    assert.deepEqual(await page.locator("mark").allTextContents(), ["lost the"]);
  });
});
