import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../../scripts/programs.ts";
import type { LogSession } from "../../extension/logs/model.ts";
import { fakeStore, record, session, type FakeStore } from "./logHost.ts";
import { addCrash, logViews, varied } from "./logRig.ts";

const shot = process.env["MIRAGEOS_SCREENSHOTS"];
const rowHeight = 18;
const name = "device-usage-network-hello-world-server";

/** A store with this session, which logs that no DHCP server answers. */
function withoutDhcp(change: Partial<LogSession>): FakeStore {
  const store = fakeStore();
  const connect = { source: "netif", message: "Plugging into service with mac be:de:a3:02:2e:be mtu 1500" };
  const timeout = { source: "dhcp_client_lwt", message: "Timeout expired without a usable lease!" };
  store.add(session(name, change), (seq) => record(seq, seq === 0 ? connect : timeout), 40);
  return store;
}

function failed(): FakeStore {
  const store = varied();
  addCrash(store);
  return store;
}

function refused(): FakeStore {
  const store = failed();
  const startedAt = Date.UTC(2026, 0, 2, 5);
  const actions = [{ title: "Use spt Instead", command: "x" }];
  const reason =
    "This computer has no KVM: /dev/kvm does not exist. Boot it with spt, or load the module kvm.";
  const outcome = { kind: "failed", text: "did not start", cause: "refused", reason, actions } as const;
  store.add(session("refused", { startedAt, endedAt: startedAt, outcome }), (seq) => record(seq), 0);
  return store;
}

/** Whether the list of sessions is narrower than the text that it shows. */
const isNameCut = `(() => {
  const select = document.querySelector(".sessions");
  const text = document.createElement("span");
  text.style.font = getComputedStyle(select).font;
  text.textContent = select.selectedOptions[0].text;
  document.body.append(text);
  const isCut = text.getBoundingClientRect().width > select.clientWidth;
  text.remove();
  return isCut;
})()`;

describe("the log panel at its default height", () => {
  const open = logViews();
  const save = async (page: Page, of: string) => {
    if (shot === undefined) return;
    await mkdir(join(root, shot), { recursive: true });
    await page.screenshot({ path: join(root, shot, `logs-low-${of}.png`) });
  };
  const lowPage = async (store: FakeStore): Promise<Page> => {
    const { page } = await open(store, undefined, undefined, 1024);
    await page.setViewportSize({ width: 1024, height: 250 });
    return page;
  };

  const explained: readonly (readonly [string, () => FakeStore, string])[] = [
    ["failure", failed, "Why it failed"],
    ["refusal", refused, "Why it failed"],
    ["notice", () => withoutDhcp({ attachments: { service: "tap100" } }), "Notice"],
  ];
  for (const [what, store, region] of explained) {
    it(`leaves eight rows of log beside a ${what}`, async () => {
      const page = await lowPage(store());
      const banner = page.getByRole("region", { name: region });
      await banner.waitFor();
      const rows = await page.locator(".grid").boundingBox();
      await save(page, what);
      assert.ok(rows && rows.height >= 8 * rowHeight, `${rows?.height} px of rows`);
      for (const button of await banner.getByRole("button").all()) {
        const box = await button.boundingBox();
        assert.ok(box && box.x + box.width <= 1024 && box.y + box.height <= 250, "every button is visible");
      }
    });
  }

  // Of windows of 1280 × 800 and of 1024 × 640 pixels with the side bar.
  for (const width of [922, 668]) {
    it(`leaves eight rows of log beside a failure in ${width} pixels, and shows what failed`, async () => {
      const { page } = await open(failed(), undefined, undefined, width);
      await page.setViewportSize({ width, height: 227 });
      const said = page.getByRole("region", { name: "Why it failed" }).getByRole("status");
      await said.waitFor();
      const rows = await page.locator(".grid").boundingBox();
      await save(page, `failure-${width}`);
      assert.ok(rows && rows.height >= 8 * rowHeight, `${rows?.height} px of rows`);
      const isVisible = await said.evaluate((each) => {
        const what = each.querySelector("strong");
        return what !== null && what.getBoundingClientRect().bottom <= each.getBoundingClientRect().bottom;
      });
      assert.ok(isVisible, "the whole first sentence is visible");
    });
  }

  it("keeps its controls in one row and inside the panel", async () => {
    const page = await lowPage(withoutDhcp({}));
    await page.getByRole("button", { name: "More actions" }).waitFor();
    const bar = await page.getByRole("toolbar").boundingBox();
    const last = await page.getByRole("button", { name: "More actions" }).boundingBox();
    assert.ok(bar && bar.height < 40, `${bar?.height} px of controls`);
    assert.ok(last && last.x + last.width <= 1024);
  });

  for (const width of [922, 668]) {
    it(`keeps its controls in one row in ${width} pixels, with target and state of a long name`, async () => {
      const startedAt = Date.UTC(2026, 0, 2, 3);
      const outcome = { kind: "ok", text: "ended normally" } as const;
      const { page } = await open(
        withoutDhcp({ startedAt, endedAt: startedAt + 4100, outcome }),
        undefined,
        undefined,
        width,
      );
      await page.setViewportSize({ width, height: 227 });
      const status = page.locator(".sessionStatus .statusWords", { hasText: "ended normally" });
      await status.waitFor({ timeout: 5000 });
      const list = page.getByRole("combobox", { name: "Session" });
      await save(page, `name-${width}`);
      const bar = await page.getByRole("toolbar").boundingBox();
      const last = await page.getByRole("button", { name: "More actions" }).boundingBox();
      assert.ok(bar && bar.height < 40, `${bar?.height} px of controls`);
      assert.ok(last && last.x + last.width <= width);
      assert.match(await list.locator("option").innerText(), /^devi.*er \(hvt\)/);
      assert.equal(await list.getAttribute("title"), `${name} (hvt)`);
      assert.equal(await page.evaluate(isNameCut), false);
      const isCut = await status.evaluate((each) => each.scrollWidth > each.clientWidth);
      assert.equal(isCut, false, "the state is whole");
      // More room shows the whole name again.
      await page.setViewportSize({ width: 1400, height: 227 });
      await list.locator("option", { hasText: name }).waitFor({ state: "attached", timeout: 5000 });
    });
  }

  it("offers the hidden controls in menus", async () => {
    const page = await lowPage(varied());
    await page.getByRole("button", { name: "Levels" }).click();
    await page.getByRole("menuitemcheckbox", { name: "debug" }).click();
    await page.getByText("8 of 9 records").first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Clear" }).click();
    await page.getByText("0 records").first().waitFor();
  });

  it("leaves a narrow panel to the state and the filter, with the other filters in a menu", async () => {
    const startedAt = Date.UTC(2026, 0, 2, 3);
    const outcome = { kind: "failed", text: "uncaught exception (exit code 2)" } as const;
    const { page } = await open(
      withoutDhcp({ startedAt, endedAt: startedAt + 4100, outcome }),
      undefined,
      undefined,
      668,
    );
    await page.setViewportSize({ width: 668, height: 227 });
    const status = page.locator(".sessionStatus .statusWords", { hasText: "uncaught exception" });
    await status.waitFor();
    await save(page, "narrow");
    assert.equal(
      await status.evaluate((each) => each.scrollWidth > each.clientWidth),
      false,
      "the state is whole",
    );
    const filter = await page.locator(".filter").boundingBox();
    assert.ok(filter && filter.width >= 120, `${filter?.width} px of filter`);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Log sources" }).click();
    await page.getByRole("menuitemcheckbox", { name: "netif (1)" }).click();
    await page.keyboard.press("Escape");
    const only = page.getByRole("button", { name: "Log sources" });
    await only.waitFor();
    assert.equal(await page.getByRole("button", { name: "Levels" }).isVisible(), false);
  });

  it("shows the whole name of a session and how it ended", async () => {
    const startedAt = Date.UTC(2026, 0, 2, 3);
    const outcome = { kind: "ok", text: "ended normally" } as const;
    const page = await lowPage(withoutDhcp({ startedAt, endedAt: startedAt + 4100, outcome }));
    await page.getByText("ended normally after 4.1 s").waitFor();
    const list = page.getByRole("combobox", { name: "Session" });
    assert.match(await list.locator("option").innerText(), /device-usage-network-hello-world-server \(hvt\)/);
    assert.equal(await page.evaluate(isNameCut), false, "the list is as wide as the name");
  });

  it("says how long a session has been running, without announcing it", async () => {
    const page = await lowPage(withoutDhcp({ startedAt: Date.now() - 125_000 }));
    const status = page.locator(".sessionStatus");
    await status.getByText("running for 2 min").waitFor();
    assert.equal(await status.evaluate((each) => each.closest("[role=status], [aria-live]")), null);
  });
});
