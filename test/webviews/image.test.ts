import assert from "node:assert/strict";
import type { ImageView } from "../../extension/protocol/image.ts";
import { testModule, testParts } from "../../webviews/image/model/testParts.ts";
import { pagesOf } from "./pages.ts";
import { themes, type Theme } from "./themes.ts";
import type { View } from "./view.ts";
import { showingImage } from "./shownViews.ts";

type Image = Extract<ImageView, { kind: "image" }>;

const image: Image = {
  kind: "image",
  name: "hello.hvt",
  facts: [
    { label: "Target", value: "hvt", hint: "" },
    {
      label: "Devices",
      value: "service (network)",
      hint: "The image boots only if each device is attached.",
    },
  ],
  parts: testParts,
  stripped: false,
  sections: [],
  earlierBuilds: 2,
  requirements: [{ package: "tls", path: ["conduit", "tls"] }],
  before: undefined,
};

/** Waits for a message of a kind and returns the newest one. */
async function received(view: View, kind: string): Promise<{ id: number; body: Record<string, unknown> }> {
  for (;;) {
    const found = view.sent.findLast((message) => JSON.stringify(message).includes(`"kind":"${kind}"`));
    if (found !== undefined) return found as { id: number; body: Record<string, unknown> };
    await view.page.evaluate("new Promise(requestAnimationFrame)");
  }
}

const rows = (view: View): Promise<readonly string[]> =>
  view.page
    .locator(".rows .row")
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent).join(" ")));

describe("The view of an image in a browser", () => {
  const pages = pagesOf("image");
  const look = { viewport: { width: 1100, height: 700 }, reducedMotion: "reduce" } as const;
  const open = async (view: ImageView = image, theme?: Theme, savedState?: unknown): Promise<View> => {
    const page = await pages.open(look, theme, savedState);
    await received(page, "loaded");
    await page.post(showingImage(view));
    return page;
  };
  const selected = (view: View) => view.page.locator('[aria-selected="true"] .title');

  it("shows what the image is, and its packages with the largest first", async () => {
    const view = await open();
    await view.page.getByText("service (network)").waitFor();
    assert.deepEqual(await rows(view), [
      "tls 7.0 KB 91.5 %",
      "This unikernel 500 B 6.5 %",
      "In no module 100 B 1.3 %",
      "Unknown package 50 B 0.7 %",
    ]);
    assert.ok((await view.page.locator(".box").count()) > 8);
  });

  it("shows what the image is while its sizes are read", async () => {
    const view = await open({ kind: "reading", name: image.name, facts: image.facts });
    await view.page.getByText("service (network)").waitFor();
    await view.page.getByRole("status").getByText("Reading the sizes of modules…").waitFor();
    assert.equal(await view.page.getByRole("treegrid").count(), 0);
    await view.post(showingImage(image));
    await view.page.getByRole("treegrid").waitFor();
    assert.equal(await view.page.getByText("Reading the sizes").count(), 0);
  });

  it("requests the image again if the response arrives without one", async () => {
    const view = await pages.open(look);
    const { id } = await received(view, "loaded");
    await view.post({ envelope: "response", id, body: "" });
    const loads = () => view.sent.filter((each) => JSON.stringify(each).includes('"loaded"')).length;
    while (loads() < 2) await view.page.evaluate("new Promise(requestAnimationFrame)");
    await view.post(showingImage(image));
    await view.post({ envelope: "response", id: (await received(view, "loaded")).id, body: "" });
    await view.page.getByText("service (network)").waitFor();
    assert.equal(loads(), 2);
  });

  it("outlines the box below the mouse and names it, without drawing the picture again", async () => {
    const view = await open();
    const label = view.page.locator("text.label", { hasText: "Tls.Core" });
    const place = await label.boundingBox();
    assert.ok(place);
    await view.page.evaluate("globalThis.drawn = document.querySelector('.box')");
    await view.page.mouse.move(place.x + 4, place.y + 6);
    await view.page.locator(".hovered").waitFor();
    assert.match(
      (await view.page.locator(".map").getAttribute("title")) ?? "",
      /^tls › tls › Tls\.Core\b.*\n2\.0 KB, 26\.1 %$/,
    );
    const outline = await view.page.locator(".hovered").boundingBox();
    assert.ok(outline && outline.x <= place.x && outline.x + outline.width >= place.x + place.width);
    await view.page.mouse.move(2, 2);
    await view.page.locator(".hovered").waitFor({ state: "hidden" });
    assert.ok(await view.page.evaluate("globalThis.drawn.isConnected"));
  });

  it("adds and removes the rows below a row in their place, and keeps one in reach of Tab", async () => {
    const view = await open();
    const titles = () => view.page.locator(".rows .title").allTextContents();
    await view.page.locator(".rows .row").first().focus();
    for (const key of ["ArrowRight", "ArrowDown", "ArrowRight"]) await view.page.keyboard.press(key);
    const all = ["tls", "tls", "Tls", "Tls.Core", "This unikernel", "In no module", "Unknown package"];
    assert.deepEqual(await titles(), all);
    // From a row that disappears with its parent.
    await view.page.locator(".rows .row").nth(2).click();
    await view.page.locator(".rows .twisty").first().click();
    assert.deepEqual(await titles(), ["tls", ...all.slice(4)]);
    assert.equal(await view.page.locator('.rows [tabindex="0"]').count(), 1);
    await view.page.keyboard.press("ArrowRight");
    assert.deepEqual(await titles(), all);
    await view.page.keyboard.press("End");
    assert.equal(await view.page.locator(".rows .row:focus .title").textContent(), "Unknown package");
  });

  it("is used with the keyboard: expands rows, zooms in and out, and opens a source", async () => {
    const view = await open();
    await view.page.locator(".rows .row").first().focus();
    for (const key of ["ArrowRight", "ArrowDown", "ArrowRight", "ArrowDown", "ArrowRight", "ArrowDown"])
      await view.page.keyboard.press(key);
    const row = view.page.locator(".rows .row:focus");
    assert.equal(await row.locator(".title").textContent(), "Code");
    assert.deepEqual(
      await row.evaluate((each) =>
        ["level", "posinset", "setsize", "expanded"].map((name) => each.getAttribute(`aria-${name}`)),
      ),
      ["4", "1", "2", "false"],
    );
    await view.page.keyboard.press("ArrowLeft");
    await view.page.keyboard.press("Enter");
    const { body } = await received(view, "openSource");
    assert.deepEqual(body, {
      kind: "openSource",
      module: "Tls",
      language: "ocaml",
      library: "tls",
      symbol: "",
    });
    await view.page.keyboard.press("Space");
    await view.page.getByRole("button", { name: "Show Tls", exact: true }).waitFor();
    assert.deepEqual(await rows(view), ["Code 4.0 KB 80.0 %", "Data 1.0 KB 20.0 %"]);
    await view.page.keyboard.press("Escape");
    assert.equal(await selected(view).textContent(), "Tls");
    assert.equal(await view.page.getByRole("button", { name: "Show Tls", exact: true }).count(), 0);
  });

  it("says by what the package of the selected part is required", async () => {
    const view = await open();
    await view.page.locator(".rows .row").first().click();
    await view.page.getByText("tls is required by this unikernel › conduit.").waitFor();
    await view.page.locator(".rows .row").nth(1).click();
    assert.equal(await view.page.getByText("is required by").count(), 0);
  });

  it("has room for the picture above an open panel", async () => {
    const view = await pages.open({ ...look, viewport: { width: 660, height: 265 } });
    await received(view, "loaded");
    await view.post(showingImage(image));
    await view.page.locator(".box").first().waitFor();
    const map = await view.page.locator(".map").boundingBox();
    assert.ok(map && map.height > 60, `${map?.height} pixels`);
  });

  it("has one selection in the picture and the table", async () => {
    const view = await open();
    await view.page.locator("text.label", { hasText: "Tls.Core" }).waitFor();
    // The label does not receive the click; the box below it does.
    const label = await view.page.locator("text.label", { hasText: "Tls.Core" }).boundingBox();
    assert.ok(label);
    await view.page.mouse.click(label.x + 4, label.y + 6);
    assert.equal(await selected(view).textContent(), "Tls.Core");
    const frame = await view.page.locator(".frame").boundingBox();
    assert.ok(frame && frame.x <= label.x && frame.x + frame.width >= label.x + label.width);
    await view.page.mouse.dblclick(label.x + 4, label.y + 6);
    await view.page.getByRole("button", { name: "Show Tls.Core" }).waitFor();
  });

  it("finds symbols, and says if there is none of the name", async () => {
    const view = await open();
    await view.page.keyboard.press("Control+f");
    await view.page.keyboard.type("CONNECT");
    await view.page.getByText("1 found, 2.5 KB").waitFor();
    assert.deepEqual(
      (await rows(view)).map((row) => row.split(" ")[0]),
      ["tls", "tls", "Tls", "Code", "connect_12"],
    );
    assert.ok((await view.page.locator(".box.dimmed").count()) > 0);
    await view.page.keyboard.type("!");
    await view.page.locator('[aria-invalid="true"]').waitFor();
    await view.page.keyboard.press("Escape");
    assert.equal((await rows(view)).length, 4);
    assert.equal(await view.page.getByText(/\d found/).count(), 0);
  });

  it("finds only what is in the displayed part", async () => {
    const view = await open();
    await view.page.locator(".rows .row").nth(1).click();
    await view.page.keyboard.press("Space");
    await view.page.keyboard.press("Control+f");
    await view.page.keyboard.type("connect");
    await view.page.getByText("0 found, 0 B").waitFor();
    await view.page.keyboard.press("Escape");
    await view.page.keyboard.press("Escape");
    await view.page.getByRole("button", { name: "Show This unikernel" }).waitFor({ state: "detached" });
  });

  it("compares with another image, what changed most first", async () => {
    const view = await open();
    await view.page.getByRole("button", { name: "Compare" }).click();
    await view.page.getByRole("menuitem", { name: "Compare with the Previous Build" }).click();
    assert.deepEqual((await received(view, "compare")).body, { kind: "compare", with: "lastBuild" });
    const parts = { ...testParts, modules: [testModule("Tls", ["tls", "tls"], { code: 8000 })] };
    await view.post(showingImage({ ...image, before: { title: "the previous build", parts } }));
    await view.page.getByText("Compared with the previous build: −450 B.").waitFor();
    assert.deepEqual((await rows(view)).slice(0, 2), [
      "tls 7.0 KB 91.5 % −1.0 KB",
      "This unikernel 500 B 6.5 % +500 B",
    ]);
  });

  it("offers an earlier build if more than one is stored", async () => {
    const view = await open();
    await view.page.getByRole("button", { name: "Compare" }).click();
    await view.page.getByRole("menuitem", { name: "Compare with an Earlier Build…" }).click();
    assert.deepEqual((await received(view, "compare")).body, { kind: "compare", with: "earlierBuild" });
    await view.post(showingImage({ ...image, earlierBuilds: 1 }));
    await view.page.getByRole("button", { name: "Compare" }).click();
    await view.page.getByRole("menuitem", { name: "Compare with the Previous Build" }).waitFor();
    assert.equal(await view.page.getByRole("menuitem", { name: /Earlier Build/ }).count(), 0);
  });

  it("exports what is displayed", async () => {
    const view = await open();
    const choose = async (name: string) => {
      await view.page.getByRole("button", { name: "Export" }).click();
      await view.page.getByRole("menuitem", { name }).click();
    };
    await choose("Copy as CSV");
    assert.match(
      String((await received(view, "copy")).body["text"]),
      /^package,.*\r\ntls,tls,Tls,Code,connect_12,2500\r\n/,
    );
    await choose("Save as SVG…");
    assert.match(String((await received(view, "saveSvg")).body["text"]), /^<svg .*fill="(?:rgb|color)\(/);
  });

  it("keeps the zoom and the selection when the image is built again, and for the next page", async () => {
    const view = await open();
    await view.page.locator(".rows .row").first().focus();
    await view.page.keyboard.press("Space");
    await view.post(showingImage({ ...image, facts: [{ label: "Target", value: "spt", hint: "" }] }));
    await view.page.getByText("spt", { exact: true }).waitFor();
    await view.page.getByRole("button", { name: "Show tls" }).waitFor();
    const next = await open(image, themes.dark, await view.probe("savedState()"));
    await next.page.getByRole("button", { name: "Show tls" }).waitFor();
  });

  it("says why a file can't be shown, and that an image has no symbols", async () => {
    const message = "<b>x</b>.hvt can't be shown as an image: it is not an ELF file.";
    const view = await open({ kind: "failed", message });
    await view.page.getByRole("alert").getByText(message).waitFor();
    assert.equal(await view.page.getByRole("treegrid").count(), 0);
    const parts = { modules: [], other: { ...testParts.other, unexplained: 5000 } };
    await view.post(showingImage({ ...image, stripped: true, parts }));
    await view.page.getByText("The image has no symbols").waitFor();
    assert.deepEqual(await rows(view), ["In no module 5.1 KB 100.0 %"]);
    const sections = [
      { name: ".text", kind: "code" as const, bytes: 5000 },
      { name: ".eh_frame", kind: undefined, bytes: 100 },
    ];
    await view.post(showingImage({ ...image, stripped: true, parts, sections }));
    await view.page.locator("text.label", { hasText: ".text" }).waitFor();
    await view.page.locator(".rows .row").first().focus();
    await view.page.keyboard.press("ArrowRight");
    assert.deepEqual((await rows(view)).slice(1), [".text 5.0 KB 98.0 %", ".eh_frame 100 B 2.0 %"]);
  });

  it("is legible in all themes, wide and narrow", async () => {
    const view = await open({ ...image, before: { title: "old", parts: { ...testParts, modules: [] } } });
    await view.page.getByText("This unikernel").first().waitFor();
    for (const width of [1100, 420]) {
      await view.page.setViewportSize({ width, height: 700 });
      for (const [name, theme] of Object.entries(themes)) {
        await view.setTheme(theme);
        assert.equal(await view.probe("contentWidth()"), width, name);
        const texts = "dt, dd, p, .row span, .path .flat, .legend li";
        assert.deepEqual(await view.probe(`illegibleTexts(${JSON.stringify(texts)})`), [], name);
      }
    }
  });
});
