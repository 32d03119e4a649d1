import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../scripts/programs.ts";
import { fakeStore, record, session } from "./logHost.ts";
import { addCrash, counted, logViews, messages, varied } from "./logRig.ts";
import { themes } from "./themes.ts";

const shot = process.env["MIRAGEOS_SCREENSHOTS"];

describe("The log panel in a browser", () => {
  const open = logViews();

  it("explains what to do if there is no session, and shows a session when it starts", async () => {
    const store = fakeStore();
    const { page } = await open(store);
    await page.getByText("Run or debug a unikernel").waitFor();
    store.add(session("hello"), (seq) => record(seq), 1);
    await page.getByText("1 record", { exact: true }).waitFor();
    store.grow("hello", 3);
    await page.getByText("message 2", { exact: true }).waitFor();
    assert.equal(await page.getByText("Run or debug a unikernel").isVisible(), false);
    await counted(page, "3 records").waitFor();
    store.grow("hello", 5);
    await page.getByText("message 4", { exact: true }).waitFor();
  });

  it("shows HTML, control characters and bidirectional overrides as text", async () => {
    const { view, page } = await open(varied());
    await page.getByText("<b>bold</b>").waitFor();
    const shown = (await messages(view)).find((text) => text.startsWith("<b>"));
    assert.equal(
      shown,
      '<b>bold</b><img src=x onerror="document.title=1">\u2400\u241b[31m\u27e8U+202E\u27e9reversed',
    );
    assert.equal(await page.locator(".grid img, .grid b").count(), 0);
  });

  it("explains why a session failed and offers actions", async () => {
    const store = varied();
    addCrash(store);
    const { host, page } = await open(store);
    const banner = page.getByRole("region", { name: "Why it failed" });
    await banner.getByText('Uncaught exception Failure("boom"), in unikernel.ml line 7.').waitFor();
    assert.equal(
      await banner.locator(".end").textContent(),
      " (exit code 2)",
      "the banner does not repeat the explanation",
    );
    if (shot !== undefined) await page.screenshot({ path: join(root, shot, "logs-crash.png") });
    await banner.getByRole("button", { name: "Open unikernel.ml:7" }).click();
    const note = await page.getByText("did crash").boundingBox();
    const below = await banner.boundingBox();
    assert.ok(
      note && below && note.y + note.height <= below.y,
      "the toast does not cover a button of the banner",
    );
    assert.deepEqual(host.received.at(-1), { kind: "crash", index: 0 });
    await page.locator(".filter input").fill("listening");
    await counted(page, "1 of 9 records").waitFor();
    await banner.getByRole("button", { name: "Show Record" }).click();
    await page.locator('.row.active[aria-label*="Fatal error"]').waitFor();
    await banner.getByRole("button", { name: "Close the explanation" }).click();
    assert.equal(await banner.isVisible(), false);
  });

  it("shows the address of the unikernel, and links to what it serves and to URLs in records", async () => {
    const store = fakeStore();
    const said = [
      { source: "http", message: "listening on 8080/TCP" },
      { message: "fetched https://mirage.io/docs, then 10.0.0.1:9090" },
    ];
    store.add(session("web", { addresses: ["10.0.0.2/24"] }), (seq) => record(seq, said[seq]), said.length);
    const { page } = await open(store);
    const bar = page.getByRole("toolbar", { name: "Log", exact: true });
    await bar.getByText("at 10.0.0.2", { exact: true }).waitFor();
    assert.equal(
      await bar.getByRole("link", { name: "Open http://10.0.0.2:8080/" }).getAttribute("href"),
      "http://10.0.0.2:8080/",
    );
    const links = page.locator(".grid a");
    assert.deepEqual(await Promise.all((await links.all()).map((link) => link.getAttribute("href"))), [
      "https://mirage.io/docs",
      "http://10.0.0.1:9090/",
    ]);
    if (shot !== undefined) await page.screenshot({ path: join(root, shot, "logs-endpoint.png") });
    await links.first().click({ button: "right", position: { x: 2, y: 2 } });
    await page.getByRole("menuitem", { name: "Open http://10.0.0.1:9090/" }).waitFor();
  });

  it("expands rows to their lines, and links backtraces and call sites", async () => {
    const { host, page } = await open(varied());
    await page.getByText("Solo5: Bindings version v0.9.1").waitFor();
    assert.equal(await page.getByText("Memory map").count(), 0);
    await page.getByText("+2 lines").first().click();
    await page.getByText("Solo5: Memory map: 512 MB addressable:").waitFor();
    await page.getByText("Fatal error").click();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "unikernel.ml:7:3" }).click();
    await page.getByText("did frame").waitFor();
    assert.deepEqual(host.received, [{ kind: "frame", seq: 7, index: 0 }]);
    await page.getByText("listening on").click();
    await page.keyboard.press("F12");
    await page.getByText("did callSite").waitFor();
    assert.deepEqual(host.received[1], { kind: "callSite", seq: 1 });
  });

  it("can be used with the keyboard", async () => {
    const store = fakeStore();
    store.add(session("hello"), (seq) => record(seq), 1000);
    const { view, host, page } = await open(store);
    await page.getByText("message 999", { exact: true }).waitFor();
    const activeIs = async (text: string) => {
      await page
        .locator(`.grid[aria-activedescendant] .row.active[aria-label*="${text},"]`)
        .waitFor()
        .catch(() => assert.fail(`the row with ${text} is not active`));
    };
    await page.keyboard.press("Control+f");
    assert.equal(await view.probe("focused()"), "Filter");
    await page.keyboard.press("Escape");
    assert.equal(await view.probe("focused()"), "Log records");
    await page.keyboard.press("Home");
    await activeIs("message 0");
    await page.keyboard.press("ArrowDown");
    await activeIs("message 1");
    await page.keyboard.press("End");
    await activeIs("message 999");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Shift+ArrowUp");
    await page.keyboard.press("Shift+ArrowUp");
    await activeIs("message 996");
    await page.keyboard.press("Control+c");
    await page.getByText("did copy").waitFor();
    const copied = host.received.at(-1);
    assert.ok(copied?.kind === "copy");
    assert.deepEqual([copied.from, copied.to], [996, 999]);
    await page.keyboard.press("PageUp");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+c");
    await page.locator('.row:not([aria-selected="true"])').first().waitFor({ state: "detached" });
    assert.ok((await page.locator('.row[aria-selected="true"]').count()) > 10);
  });

  it("follows the end until the user scrolls, pauses, clears, and switches to a new session", async () => {
    const store = fakeStore();
    store.add(session("hello"), (seq) => record(seq), 500);
    const { view, page } = await open(store);
    await page.getByText("message 499", { exact: true }).waitFor();
    const follow = page.getByRole("button", { name: "Follow the end" });
    await page.mouse.move(400, 200);
    await page.mouse.wheel(0, -1800);
    await page.getByText("message 400", { exact: true }).waitFor();
    assert.equal(await follow.getAttribute("aria-pressed"), "false");
    store.grow("hello", 600);
    await counted(page, "600 records").waitFor();
    assert.equal(await page.getByText("message 599", { exact: true }).count(), 0);
    await follow.click();
    await page.getByText("message 599", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("paused, 0 more").waitFor();
    store.grow("hello", 610);
    await page.getByText("paused, 10 more").waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("message 609", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByText("Nothing has been logged yet.").waitFor();
    // After a reload, only the page knows which records were cleared.
    await view.probe(`waitForSavedState('"cleared":[{')`);
    const reloaded = await open(store, themes.dark, await view.probe("savedState()"));
    await reloaded.page.getByText("Nothing has been logged yet.").waitFor();
    store.grow("hello", 611);
    await page.getByText("message 610", { exact: true }).waitFor();
    const later = {
      startedAt: Date.UTC(2026, 0, 2, 4),
      endedAt: 1,
      outcome: { kind: "failed", text: "exit code 2" },
    } as const;
    store.add(session("crash", later), (seq) => record(seq, { message: "from crash" }), 1);
    await page.getByText("from crash").waitFor();
    await page.getByRole("combobox", { name: "Session" }).selectOption("hello");
    await page.getByText("message 610", { exact: true }).waitFor();
  });

  it("follows the end of an earlier session that a command shows", async () => {
    const store = fakeStore();
    store.add(session("hello"), (seq) => record(seq), 500);
    store.add(
      session("later", { startedAt: Date.UTC(2026, 0, 2, 4) }),
      () => record(0, { message: "from later" }),
      1,
    );
    const { host, page } = await open(store);
    await page.getByText("from later").waitFor();
    host.feed.reveal("hello", undefined);
    await page.getByText("message 499", { exact: true }).waitFor();
    assert.equal(
      await page.getByRole("button", { name: "Follow the end" }).getAttribute("aria-pressed"),
      "true",
    );
    store.grow("hello", 600);
    await page.getByText("message 599", { exact: true }).waitFor();
  });

  it("restores its state after a reload", async () => {
    const store = fakeStore();
    store.add(session("hello"), (seq) => record(seq, { level: seq % 2 === 0 ? "info" : "debug" }), 5000);
    const first = await open(store);
    await first.page.getByText("message 4999", { exact: true }).waitFor();
    await first.page.getByRole("button", { name: /^Show level debug/ }).click();
    await counted(first.page, "2,500 of 5,000 records").waitFor();
    await first.page.getByRole("button", { name: "Wrap long lines" }).click();
    await first.page.mouse.move(400, 200);
    await first.page.mouse.wheel(0, -20_000);
    await first.page.locator(".row:not([aria-busy])").first().waitFor();
    // The saved row at the top may be partly above the edge. The list may still scroll, so the state and the
    // rows are read together.
    const left = await first.page.waitForFunction(() => {
      interface Probe {
        readonly savedState: () => { readonly top?: number | undefined } | undefined;
        readonly firstSeen: (...of: string[]) => string;
      }
      const { probe } = globalThis as unknown as { readonly probe: Probe };
      const state = probe.savedState();
      const top = state?.top ?? Infinity;
      const seen = probe.firstSeen(".grid", ".row", ".message");
      const rowsBelow = (Number(seen.replace("message ", "")) - top) / 2;
      return rowsBelow === 0 || rowsBelow === 1 ? { message: `message ${top}`, state } : undefined;
    });
    const saved = await left.jsonValue();
    assert.ok(saved);
    const again = await open(store, themes.dark, saved.state);
    await again.page.getByText(saved.message, { exact: true }).waitFor();
    assert.equal(
      await again.page.getByRole("button", { name: "Wrap long lines" }).getAttribute("aria-pressed"),
      "true",
    );
    await counted(again.page, "2,500 of 5,000 records").waitFor();
    await open(store, themes.dark, { filter: 1 });
  });

  it("shows everything in all themes, wide and narrow", async () => {
    const { view, page } = await open(varied());
    await page.getByText("lost the lease").waitFor();
    await page.getByText("lost the lease").click();
    await page.keyboard.press("Enter");
    await page.getByText("and a third").waitFor();
    await page.locator(".filter input").fill("o");
    await page.locator("mark").first().waitFor();
    for (const width of [1280, 460, 320]) {
      await page.setViewportSize({ width, height: 400 });
      for (const [name, theme] of Object.entries(themes)) {
        await view.setTheme(theme);
        assert.equal(await view.probe("contentWidth()"), width, name);
        const texts = ".row .message, .row .level, .row .time, .lines, .chip, .shown";
        assert.deepEqual(await view.probe(`illegibleTexts(${JSON.stringify(texts)})`), [], name);
        if (shot === undefined) continue;
        await mkdir(join(root, shot), { recursive: true });
        await page.screenshot({ path: join(root, shot, `logs-${name}-${width}.png`) });
      }
    }
  });

  it("shows the explanation of a failure and its menus in all themes", async () => {
    const store = varied();
    addCrash(store);
    const { view, page } = await open(store);
    await page.setViewportSize({ width: 1000, height: 420 });
    await page.getByRole("region", { name: "Why it failed" }).waitFor();
    await page.getByRole("button", { name: /^All sources|^Log sources/ }).click();
    await page.getByRole("menuitemcheckbox", { name: "All sources" }).waitFor();
    for (const [name, theme] of Object.entries(themes)) {
      await view.setTheme(theme);
      const texts = ".crash .said, .crash .end, .crash button, .popup .what";
      assert.deepEqual(await view.probe(`illegibleTexts(${JSON.stringify(texts)})`), [], name);
      if (shot === undefined) continue;
      await mkdir(join(root, shot), { recursive: true });
      await page.screenshot({ path: join(root, shot, `logs-menu-${name}.png`) });
    }
  });
});
