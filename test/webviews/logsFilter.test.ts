import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { fakeStore, record, session } from "./logHost.ts";
import { counted, logViews, messages, varied } from "./logRig.ts";
import { millionRecords } from "./millionRecords.ts";

describe("The filter of the log panel in a browser", () => {
  const open = logViews();

  it("filters by level, source and text, shows counts, and marks matches", async () => {
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
    assert.equal((await messages(view)).length, 2, "the rows remain");
    await field.fill("nothing like it");
    await page.getByText("No records match the filter.").waitFor();
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

  it("shows only the source of a row, or hides it, with a key or a menu", async () => {
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
    await page.getByText("frame of 64 bytes").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Stop When This Is Logged" }).click();
    await page.getByText("did stopAtCallSite").waitFor();
    await page.getByRole("button", { name: "Log sources: ethernet" }).click();
    await page.getByRole("menuitemcheckbox", { name: "All sources" }).click();
    await counted(page, "9 records").waitFor();
  });

  it("sends one request at a time while the user types, and finally one for the whole text", async () => {
    const varying = varied();
    const [queried, loads]: [(string | undefined)[], PromiseWithResolvers<void>[]] = [[], []];
    const { page } = await open({
      ...varying,
      load: () => {
        const loading = Promise.withResolvers<void>();
        loads.push(loading);
        return loading.promise;
      },
      query: (id, filter, from) => {
        queried.push(filter.text);
        return varying.query(id, filter, from);
      },
    });
    const finishLoading = async () => {
      while (loads.length === 0) await setImmediate();
      loads.shift()?.resolve();
    };
    await finishLoading();
    await counted(page, "9 records").waitFor();
    await page.locator(".filter input").pressSequentially("lease");
    await finishLoading();
    await finishLoading();
    await counted(page, "1 of 9 records").waitFor();
    assert.deepEqual(queried, ["l", "lease"]);
  });

  it("stops a regular expression that would never end, and reports that", async () => {
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

  it("draws only the visible rows of a million records", async function () {
    const { page, view } = await open(millionRecords());
    await counted(page, "1,000,000 records").waitFor();
    await page.getByText("message 999999 of segment 999", { exact: true }).waitFor();
    await view.probe("scrollFrames('.grid', [60, 3000, 120000], 20)");
    assert.ok((await page.locator(".row").count()) < 60, "only visible rows are in the page");
    await page.locator(".row:not([aria-busy])").first().waitFor();
    await page.locator(".grid").focus();
    await page.keyboard.press("Home");
    await page.getByText("message 0 of segment 0", { exact: true }).waitFor();
    await page.locator(".filter input").fill("message 77777");
    await counted(page, "11 of 1,000,000 records").waitFor();
  });
});
