import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { fakeStore, record, session } from "./logHost.ts";
import { counted, logViews, messages, varied } from "./logRig.ts";
import { millionRecords } from "./millionRecords.ts";

describe("the filter of the log panel in a browser", function () {
  this.timeout(60_000);
  const open = logViews();

  it("filters by level, source and text, counts each, and marks what was found", async () => {
    const { view, page } = await open(varied());
    await counted(page, "9 records").waitFor();
    await page.getByRole("button", { name: "Show level error, 1 record", exact: true }).waitFor();
    await page.getByRole("button", { name: /^Show level other/ }).click();
    await counted(page, "5 of 9 records").waitFor();
    await page.getByRole("button", { name: /^Show level other/ }).click();
    await counted(page, "9 records").waitFor();
    const field = page.locator(".filter input");
    await field.fill("DHCP, a");
    await counted(page, "1 of 9 records").waitFor();
    assert.deepEqual(await page.locator("mark").allTextContents(), ["DHCP, a"]);
    await page.getByRole("button", { name: "Use a regular expression" }).click();
    await field.fill("connected|listening");
    await counted(page, "2 of 9 records").waitFor();
    assert.deepEqual(await page.locator("mark").allTextContents(), ["listening", "connected"]);
    await field.fill("connected(");
    await page.locator(".fault").getByText("Invalid regular expression").waitFor();
    assert.equal((await messages(view)).length, 2, "what was found stays");
    await field.fill("nothing like it");
    await page.getByText("No record passes the filter.").waitFor();
    await field.press("Escape");
    await counted(page, "9 records").waitFor();
    await page.getByRole("button", { name: "Log sources: All sources" }).click();
    await page.getByRole("menuitemcheckbox", { name: "tcpip (1)" }).click();
    await counted(page, "8 of 9 records").waitFor();
    await page.getByRole("menuitemcheckbox", { name: "ethernet (1)" }).click();
    await counted(page, "7 of 9 records").waitFor();
    assert.equal(
      await page.getByRole("menuitemcheckbox", { name: "tcpip (1)" }).getAttribute("aria-checked"),
      "false",
    );
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Log sources: All but 2" }).waitFor();
  });

  it("shows only the source of a row or hides it, by key and by menu", async () => {
    const { page } = await open(varied());
    await page.getByText("connected to").click();
    await page.keyboard.press("h");
    await counted(page, "8 of 9 records").waitFor();
    await page.getByText("frame of 64 bytes").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Only ethernet" }).click();
    await counted(page, "1 of 9 records").waitFor();
    await page.getByText("frame of 64 bytes").click();
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: "Go to Call Site" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByText("did callSite").waitFor();
    await page.getByRole("button", { name: "Log sources: ethernet" }).click();
    await page.getByRole("menuitemcheckbox", { name: "All sources" }).click();
    await counted(page, "9 records").waitFor();
  });

  it("asks for one thing at a time while letters are typed, and at last for what stands there", async () => {
    const varying = varied();
    const [sought, loads]: [(string | undefined)[], PromiseWithResolvers<void>[]] = [[], []];
    const { page } = await open({
      ...varying,
      load: () => {
        const loading = Promise.withResolvers<void>();
        loads.push(loading);
        return loading.promise;
      },
      query: (id, wish, from) => {
        sought.push(wish.text);
        return varying.query(id, wish, from);
      },
    });
    const answer = async () => {
      while (loads.length === 0) await setImmediate();
      loads.shift()?.resolve();
    };
    await answer();
    await counted(page, "9 records").waitFor();
    await page.locator(".filter input").pressSequentially("lease");
    await answer();
    await answer();
    await counted(page, "1 of 9 records").waitFor();
    assert.deepEqual(sought, ["l", "lease"]);
  });

  it("gives up a regular expression that would never end, and says so", async () => {
    const store = fakeStore();
    store.add(session("hello"), (seq) => record(seq, { message: `${"a".repeat(60)}!` }), 3);
    const { page } = await open(store);
    await counted(page, "3 records").waitFor();
    await page.getByRole("button", { name: "Use a regular expression" }).click();
    await page.locator(".filter input").fill("^(a+)+$");
    await page.locator(".fault").getByText("takes too long").waitFor();
    await page.locator(".filter input").fill("a!");
    await counted(page, "3 records").waitFor();
    assert.equal(await page.locator(".fault").textContent(), "");
    assert.deepEqual(await page.locator("mark").allTextContents(), ["a!", "a!", "a!"]);
  });

  it("has a million records and draws what is seen of them", async function () {
    this.timeout(120_000);
    const { page, view } = await open(millionRecords());
    await counted(page, "1,000,000 records").waitFor({ timeout: 30_000 });
    await page.getByText("message 999999 of segment 999", { exact: true }).waitFor();
    await view.probe("scrollFrames('.grid', [60, 3000, 120000], 20)");
    assert.ok((await page.locator(".row").count()) < 60, "only what is seen is in the page");
    await page.locator(".row:not([aria-busy])").first().waitFor();
    await page.locator(".grid").focus();
    await page.keyboard.press("Home");
    await page.getByText("message 0 of segment 0", { exact: true }).waitFor();
    await page.locator(".filter input").fill("message 77777");
    await counted(page, "11 of 1,000,000 records").waitFor({ timeout: 30_000 });
  });
});
