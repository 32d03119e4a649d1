import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import type { LogRecord } from "../../extension/logs/model.ts";
import type { FeedStore } from "../../extension/logs/feed.ts";
import { createLogStore } from "../../extension/logs/store.ts";
import { root } from "../../scripts/programs.ts";
import { openPage } from "../harness/workbench.ts";
import { fakeStore, logHost, record, session, type FakeStore, type LogHost } from "./logHost.ts";
import { themes, type Theme } from "./themes.ts";
import { bundleView, openView, type Bundle, type View } from "./view.ts";

const boot = [
  "Solo5: Bindings version v0.9.1",
  "Solo5: Memory map: 512 MB addressable:",
  "Solo5:   reserved @ (0x0 - 0xfffff)",
];
const frame = {
  file: "unikernel.ml",
  line: 7,
  startColumn: 2,
  endColumn: 20,
  name: "Unikernel.start",
  inlined: false,
};
const hostile = '<b>bold</b><img src=x onerror="document.title=1">\u0000\u001b[31m\u202ereversed';

/** What a session of every kind of record says. */
const variety: readonly Partial<LogRecord>[] = [
  { kind: "boot", level: undefined, source: undefined, message: boot[0] ?? "", more: boot.slice(1) },
  { level: "app", message: "listening on 10.0.0.2" },
  { level: "info", source: "tcpip", message: "connected to 10.0.0.1" },
  { level: "debug", source: "ethernet", message: "frame of 64 bytes" },
  { level: "warning", message: "no address from DHCP, after 3 attempts" },
  { level: "error", message: "lost the lease", more: ["and a second line", "and a third"] },
  { kind: "plain", level: undefined, source: undefined, message: hostile },
  {
    kind: "exception",
    level: undefined,
    source: undefined,
    message: 'Fatal error: exception Failure("boom")',
    frames: [frame],
  },
  { kind: "abort", level: undefined, source: undefined, message: "Solo5: solo5_abort() called" },
];

/** Adds a session that began later and failed. */
function addCrash(store: FakeStore): void {
  const crash = session("crash", {
    startedAt: Date.UTC(2026, 0, 2, 4),
    target: "spt",
    endedAt: 1,
    outcome: { kind: "failed", text: "uncaught exception (exit code 2)" },
  });
  store.add(crash, (seq) => record(seq, variety[seq]), variety.length);
}

const lineOf = (seq: number) =>
  `2026-01-02T03:04:${String(5 + (seq % 50)).padStart(2, "0")}-00:00: [INFO] [${seq % 3 === 0 ? "tcpip" : "application"}] message ${seq}\n`;

const shot = process.env["MIRAGEOS_SCREENSHOTS"];
const messages = (view: View) =>
  view.page
    .locator(".row:not([aria-busy]) .message")
    .evaluateAll((all) => all.map((each) => each.textContent ?? ""));

describe("the log panel in a browser", function () {
  this.timeout(60_000);
  let browser: Browser;
  let bundle: Bundle;
  const opened: { view: View; host: LogHost }[] = [];

  const open = async (store: FeedStore, theme: Theme = themes.dark, kept?: unknown, width = 1100) => {
    const context = await browser.newContext({ viewport: { width, height: 320 }, timezoneId: "UTC" });
    const view = await openView(context, bundle, theme, kept);
    const host = logHost(view, store);
    opened.push({ view, host });
    return { view, host, page: view.page };
  };
  const varied = () => {
    const store = fakeStore();
    store.add(session("hello"), (seq) => record(seq, variety[seq]), variety.length);
    return store;
  };

  before(async () => {
    [{ browser }, bundle] = await Promise.all([openPage(), bundleView("logs")]);
  });
  after(() => browser.close());
  afterEach(async () => {
    for (const { view, host } of opened.splice(0)) {
      host.dispose();
      await view.page.context().close();
      assert.deepEqual(view.errors, [], "errors in the page, or things its policy does not allow");
    }
  });

  it("says what to do when there is no session, and shows one when it begins", async () => {
    const store = fakeStore();
    const { page } = await open(store);
    await page.getByText("Run or debug a unikernel").waitFor();
    store.add(session("hello"), (seq) => record(seq), 1);
    await page.getByText("1 record", { exact: true }).waitFor();
    store.grow("hello", 3);
    await page.getByText("message 2", { exact: true }).waitFor();
    assert.equal(await page.getByText("Run or debug a unikernel").isVisible(), false);
    await page.getByText("3 records", { exact: true }).waitFor();
    store.grow("hello", 5);
    await page.getByText("message 4", { exact: true }).waitFor();
  });

  it("shows HTML, controls and turned text as text", async () => {
    const { view, page } = await open(varied());
    await page.getByText("<b>bold</b>").waitFor();
    const shown = (await messages(view)).find((text) => text.startsWith("<b>"));
    assert.equal(
      shown,
      '<b>bold</b><img src=x onerror="document.title=1">\u2400\u241b[31m\u27e8U+202E\u27e9reversed',
    );
    assert.equal(await page.locator(".grid img, .grid b").count(), 0);
  });

  it("filters by level, source and text, counts each, and marks what was found", async () => {
    const { view, page } = await open(varied());
    await page.getByText("9 records", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Show level error, 1 record", exact: true }).waitFor();
    await page.getByRole("button", { name: /^Show level other/ }).click();
    await page.getByText("5 of 9 records").waitFor();
    await page.getByRole("button", { name: /^Show level other/ }).click();
    await page.getByText("9 records", { exact: true }).waitFor();
    const field = page.locator(".filter input");
    await field.fill("DHCP, a");
    await page.getByText("1 of 9 records").waitFor();
    assert.deepEqual(await page.locator("mark").allTextContents(), ["DHCP, a"]);
    await page.getByRole("button", { name: "Use a regular expression" }).click();
    await field.fill("connected|listening");
    await page.getByText("2 of 9 records").waitFor();
    assert.deepEqual(await page.locator("mark").allTextContents(), ["listening", "connected"]);
    await field.fill("connected(");
    await page.getByRole("alert").getByText("Invalid regular expression").waitFor();
    assert.equal((await messages(view)).length, 2, "what was found stays");
    await field.fill("nothing like it");
    await page.getByText("No record passes the filter.").waitFor();
    await field.press("Escape");
    await page.getByText("9 records", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Log sources: All sources" }).click();
    await page.getByRole("menuitemcheckbox", { name: "tcpip (1)" }).click();
    await page.getByText("8 of 9 records").waitFor();
    await page.getByRole("menuitemcheckbox", { name: "ethernet (1)" }).click();
    await page.getByText("7 of 9 records").waitFor();
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
    await page.getByText("8 of 9 records").waitFor();
    await page.getByText("frame of 64 bytes").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Only ethernet" }).click();
    await page.getByText("1 of 9 records").waitFor();
    await page.getByText("frame of 64 bytes").click();
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: "Go to Call Site" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByText("did callSite").waitFor();
    await page.getByRole("button", { name: "Log sources: ethernet" }).click();
    await page.getByRole("menuitemcheckbox", { name: "All sources" }).click();
    await page.getByText("9 records", { exact: true }).waitFor();
  });

  it("explains why a session failed, with what helps", async () => {
    const store = varied();
    addCrash(store);
    const { host, page } = await open(store);
    const banner = page.getByRole("region", { name: "Why it failed" });
    await banner.getByText('Uncaught exception Failure("boom"), in unikernel.ml line 7.').waitFor();
    if (shot !== undefined) await page.screenshot({ path: join(root, shot, "logs-crash.png") });
    await banner.getByRole("button", { name: "Open unikernel.ml:7" }).click();
    await page.getByText("did crash").waitFor();
    assert.deepEqual(host.asked.at(-1), { kind: "crash", index: 0 });
    await page.locator(".filter input").fill("listening");
    await page.getByText("1 of 9 records").waitFor();
    await banner.getByRole("button", { name: "Show Record" }).click();
    await page.locator('.row.active[aria-label*="Fatal error"]').waitFor();
    await banner.getByRole("button", { name: "Close the explanation" }).click();
    assert.equal(await banner.isVisible(), false);
  });

  it("gives up a regular expression that would never end, and says so", async () => {
    const store = fakeStore();
    store.add(session("hello"), (seq) => record(seq, { message: `${"a".repeat(60)}!` }), 3);
    const { page } = await open(store);
    await page.getByText("3 records", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Use a regular expression" }).click();
    await page.locator(".filter input").fill("^(a+)+$");
    await page.getByRole("alert").getByText("takes too long").waitFor();
    await page.locator(".filter input").fill("a!");
    await page.getByText("3 records", { exact: true }).waitFor();
    assert.equal(await page.getByRole("alert").textContent(), "");
    assert.deepEqual(await page.locator("mark").allTextContents(), ["a!", "a!", "a!"]);
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
    assert.deepEqual(host.asked, [{ kind: "frame", seq: 7, index: 0 }]);
    await page.getByText("listening on").click();
    await page.keyboard.press("F12");
    await page.getByText("did callSite").waitFor();
    assert.deepEqual(host.asked[1], { kind: "callSite", seq: 1 });
  });

  it("is used from the keyboard", async () => {
    const store = fakeStore();
    store.add(session("hello"), (seq) => record(seq), 1000);
    const { view, host, page } = await open(store);
    await page.getByText("message 999", { exact: true }).waitFor();
    const activeIs = async (words: string) => {
      await page
        .locator(`.grid[aria-activedescendant] .row.active[aria-label*="${words},"]`)
        .waitFor({ timeout: 3000 })
        .catch(() => assert.fail(`the row with ${words} is not the active one`));
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
    const copied = host.asked.at(-1);
    assert.ok(copied?.kind === "copy");
    assert.deepEqual([copied.from, copied.to], [996, 999]);
    await page.keyboard.press("PageUp");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+c");
    await page.locator('.row:not([aria-selected="true"])').first().waitFor({ state: "detached" });
    assert.ok((await page.locator('.row[aria-selected="true"]').count()) > 10);
  });

  it("follows the end until one scrolls away, pauses, clears, and goes to a session that begins", async () => {
    const store = fakeStore();
    store.add(session("hello"), (seq) => record(seq), 500);
    const { view, page } = await open(store);
    await page.getByText("message 499", { exact: true }).waitFor();
    const follow = page.getByRole("button", { name: "Follow the end" });
    await page.mouse.move(400, 200);
    await page.mouse.wheel(0, -2000);
    await page.getByText("message 400", { exact: true }).waitFor();
    assert.equal(await follow.getAttribute("aria-pressed"), "false");
    store.grow("hello", 600);
    await page.getByText("600 records", { exact: true }).waitFor();
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
    await page.getByText("Nothing was logged yet.").waitFor();
    // What is kept is written a little later; after a reload the extension knows nothing of the clearing.
    await new Promise((resolve) => setTimeout(resolve, 600));
    const reloaded = await open(store, themes.dark, await view.probe("kept()"));
    await reloaded.page.getByText("Nothing was logged yet.").waitFor();
    store.grow("hello", 611);
    await page.getByText("message 610", { exact: true }).waitFor();
    const later = {
      startedAt: Date.UTC(2026, 0, 2, 4),
      endedAt: 1,
      outcome: { kind: "failed", text: "exit code 2" },
    } as const;
    store.add(session("crash", later), (seq) => record(seq, { message: "from crash" }), 1);
    await page.getByText("from crash").waitFor();
    await page.getByRole("combobox", { name: "Session" }).click();
    await page.getByRole("option", { name: "hello (hvt)" }).click();
    await page.getByText("message 610", { exact: true }).waitFor();
  });

  it("comes back as it was left", async () => {
    const store = fakeStore();
    store.add(session("hello"), (seq) => record(seq, { level: seq % 2 === 0 ? "info" : "debug" }), 5000);
    const first = await open(store);
    await first.page.getByText("message 4999", { exact: true }).waitFor();
    await first.page.getByRole("button", { name: /^Show level debug/ }).click();
    await first.page.getByText("2,500 of 5,000 records").waitFor();
    await first.page.getByRole("button", { name: "Wrap long lines" }).click();
    await first.page.mouse.move(400, 200);
    await first.page.mouse.wheel(0, -20_000);
    await first.page.locator(".row:not([aria-busy])").first().waitFor();
    // What is kept is written when the scrolling has ended: the row at the top, be it in part above the edge.
    const left = await first.page.waitForFunction(() => {
      interface Probe {
        readonly kept: () => { readonly top?: number } | undefined;
        readonly firstSeen: (...of: string[]) => string;
      }
      const { probe } = globalThis as unknown as { readonly probe: Probe };
      const top = probe.kept()?.top ?? Infinity;
      const seen = probe.firstSeen(".grid", ".row", ".message");
      const rowsBelow = (Number(seen.replace("message ", "")) - top) / 2;
      return rowsBelow === 0 || rowsBelow === 1 ? `message ${top}` : undefined;
    });
    const top = await left.jsonValue();
    assert.ok(top);
    const again = await open(store, themes.dark, await first.view.probe("kept()"));
    await again.page.getByText(top, { exact: true }).waitFor();
    assert.equal(
      await again.page.getByRole("button", { name: "Wrap long lines" }).getAttribute("aria-pressed"),
      "true",
    );
    await again.page.getByText("2,500 of 5,000 records").waitFor();
    await open(store, themes.dark, { filter: 1 });
  });

  it("has a million records and draws what is seen of them", async function () {
    this.timeout(120_000);
    const records = 1_000_000;
    const store = createLogStore({ capacity: records });
    const writer = store.begin({ name: "hello", unikernel: "/w/hello/config.ml", target: "unix" });
    for (let seq = 0; seq < records; seq += 1000) {
      const lines = Array.from({ length: 1000 }, (_, index) => lineOf(seq + index));
      writer.stdout(Buffer.from(lines.join("")));
    }
    writer.end({ kind: "ok", text: "ended normally" });
    const { page, view } = await open(store);
    await page.getByText("1,000,000 records", { exact: true }).waitFor({ timeout: 30_000 });
    await page.getByText("message 999999", { exact: true }).waitFor();
    await view.probe("scrollFrames('.grid', [60, 3000, 120000], 20)");
    assert.ok((await page.locator(".row").count()) < 60, "only what is seen is in the page");
    await page.locator(".row:not([aria-busy])").first().waitFor();
    await page.locator(".grid").focus();
    await page.keyboard.press("Home");
    await page.getByText("message 0", { exact: true }).waitFor();
    await page.locator(".filter input").fill("message 77777");
    await page.getByText("11 of 1,000,000 records").waitFor({ timeout: 30_000 });
  });

  for (const [name, theme] of Object.entries(themes)) {
    it(`shows everything in the theme ${name}, wide and narrow`, async () => {
      const store = varied();
      const { view, page } = await open(store, theme);
      await page.getByText("lost the lease").waitFor();
      await page.getByText("lost the lease").click();
      await page.keyboard.press("Enter");
      await page.getByText("and a third").waitFor();
      await page.locator(".filter input").fill("o");
      await page.locator("mark").first().waitFor();
      for (const width of [1280, 460]) {
        await page.setViewportSize({ width, height: 400 });
        assert.equal(await view.probe("contentWidth()"), width);
        const texts = ".row .message, .row .level, .row .time, .lines, .chip, .shown";
        assert.deepEqual(await view.probe(`unseen(${JSON.stringify(texts)})`), []);
        if (shot === undefined) continue;
        await mkdir(join(root, shot), { recursive: true });
        await page.screenshot({ path: join(root, shot, `logs-${name}-${width}.png`) });
      }
    });

    it(`shows the explanation of a failure and its menus in the theme ${name}`, async () => {
      const store = varied();
      addCrash(store);
      const { view, page } = await open(store, theme);
      await page.setViewportSize({ width: 1000, height: 420 });
      await page.getByRole("region", { name: "Why it failed" }).waitFor();
      await page.getByRole("button", { name: /^All sources|^Log sources/ }).click();
      await page.getByRole("menuitemcheckbox", { name: "All sources" }).waitFor();
      assert.deepEqual(
        await view.probe(`unseen(".crash .said, .crash .end, .crash button, .popup .what")`),
        [],
      );
      if (shot === undefined) return;
      await mkdir(join(root, shot), { recursive: true });
      await page.screenshot({ path: join(root, shot, `logs-menu-${name}.png`) });
    });
  }
});
