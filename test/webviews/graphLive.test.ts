import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../scripts/programs.ts";
import { edge, madeUp, node, pictureOf, recordedView } from "./graphHost.ts";
import { compared, drawn, graphViews, moving, nodeNamed, placeOf, selected, still } from "./graphRig.ts";
import { themes } from "./themes.ts";

const shot = process.env["MIRAGEOS_SCREENSHOTS"];

describe("the functor graph, compared and live", function () {
  this.timeout(60_000);
  const { open, openWith } = graphViews();

  it("shows a comparison by colour, pattern, sign and in words, and goes to what differs", async () => {
    const { page, view } = await openWith(compared());
    await page.getByRole("heading", { name: "Comparison" }).waitFor();
    await page.getByText("12 added", { exact: true }).waitFor();
    assert.equal(await page.locator(".node.added .sign").count(), 12);
    assert.equal(await page.locator(".node.removed .sign").first().textContent(), "\u2212");
    const dashes = await view.probe("styleOf('.node.removed .shape', 'stroke-dasharray')");
    assert.notEqual(dashes, "none");
    await page.locator(".changes").getByText("Arp.Make").click();
    assert.equal(await selected(page), "Arp.Make");
  });

  it("keeps zoom, place, selection, focus and collapse when a new picture comes", async () => {
    const graph = recordedView("network");
    const { page, host } = await openWith(pictureOf(graph));
    await nodeNamed(page, "Ethernet.Make").click();
    await page.keyboard.press("+");
    await moving(page);
    const before = await placeOf(page, "Ethernet.Make");
    const app = graph.nodes.find(({ kind }) => kind === "application")?.key ?? "";
    const more = {
      nodes: [
        ...graph.nodes,
        ...["A.Make", "B.Make", "C.Make"].map((key) => node(key, { change: "added", changeWords: "new" })),
      ],
      edges: [...graph.edges, edge(app, "A.Make", 1), edge("A.Make", "B.Make"), edge("B.Make", "C.Make")],
    };
    host.tell(pictureOf(more, { generation: 2 }));
    await nodeNamed(page, "C.Make").waitFor({ state: "attached" });
    const after = await placeOf(page, "Ethernet.Make");
    assert.ok(
      Math.abs(after.x - before.x) <= 1 && Math.abs(after.y - before.y) <= 1,
      JSON.stringify([before, after]),
    );
    assert.equal(after.width, before.width);
    assert.equal(await selected(page), "Ethernet.Make");
    host.tell(
      pictureOf(undefined, {
        generation: 3,
        banner: {
          text: "config.ml does not compile.",
          detail: "Error: Unbound value x",
          severity: "error",
          actions: ["Go to the Error"],
        },
      }),
    );
    await page.getByText("config.ml does not compile.").waitFor();
    assert.equal(await page.locator(".node").count(), 27, "the last good graph stays");
    await page.getByText("More", { exact: true }).click();
    await page.getByText("Unbound value x").waitFor();
    await page.getByRole("button", { name: "Go to the Error" }).click();
    assert.equal((await host.heard("banner")).index, 0);
  });

  it("is as it was after a reload", async () => {
    const first = await openWith(pictureOf(recordedView("network")));
    await nodeNamed(first.page, "Arp.Make").click();
    await first.page.keyboard.press("+");
    await first.page.keyboard.press("Space");
    await moving(first.page);
    const place = await placeOf(first.page, "Arp.Make");
    const isKept = () => first.view.probe("kept()?.details === true && probe.kept()?.view !== undefined");
    while (!(await isKept())) await first.page.waitForTimeout(50);
    const kept = await first.view.probe("kept()");
    const { page, host } = await openWith(pictureOf(recordedView("network")), themes.dark, kept);
    assert.deepEqual(await placeOf(page, "Arp.Make"), place);
    assert.equal(await selected(page), "Arp.Make");
    await page.getByText("Packages").waitFor();
    assert.equal((await host.heard("details")).kind, "details");
    await openWith(pictureOf(recordedView("hello")), themes.dark, { unikernel: 1 });
  });

  it("marks where the cursor stands, and reveals a node that is hidden", async () => {
    const graph = recordedView("network");
    const key = (title: string) => graph.nodes.find((each) => each.title === title)?.key ?? "";
    const { page, host } = await openWith(pictureOf(graph));
    host.tell({ kind: "mark", key: key("Arp.Make") });
    await page.locator(".node.marked").waitFor();
    await nodeNamed(page, "Tcpip_stack_direct.MakeV4V6").click();
    await page.keyboard.press("c");
    await drawn(page, 13);
    host.tell({ kind: "reveal", key: key("Arp.Make") });
    await page.locator(".node.selected.marked").waitFor();
    assert.equal(await selected(page), "Arp.Make");
    host.tell({ kind: "mark", key: undefined });
    await page.locator(".node.marked").waitFor({ state: "detached" });
  });

  it("is a tree for who does not see it", async () => {
    const { page, host } = await openWith(pictureOf(recordedView("network")));
    await page.keyboard.press("Tab");
    assert.equal(await page.locator(":focus").textContent(), "Show the graph as a tree");
    await page.keyboard.press("Enter");
    await page.getByRole("tree", { name: "Functor graph" }).waitFor();
    const item = () => page.locator('[role="treeitem"]:focus').getAttribute("aria-label");
    assert.match((await item()) ?? "", /^Mirage_runtime, runtime service/);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    assert.match((await item()) ?? "", /^Tcpip_stack_direct.MakeV4V6, argument 1, functor/);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.match((await item()) ?? "", /^Dhcp_ipv4.Proj_net, argument 1/);
    await page.keyboard.press("Enter");
    await host.heard("open");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Home");
    assert.match((await item()) ?? "", /^Mirage_runtime/);
    await page.keyboard.press("t");
    assert.match((await item()) ?? "", /^Tcpip_stack_direct/);
  });

  it("exports the drawing in the theme's colours, the rest by the extension, and copies an image", async () => {
    const { page, host } = await openWith(pictureOf(recordedView("hello")));
    const save = async (item: string) => {
      await page.getByRole("button", { name: "Export" }).click();
      await page.getByRole("menuitem", { name: item }).click();
    };
    await save("Drawing as SVG");
    const svg = await host.heard("export");
    assert.match(svg.data, /^<svg [^>]*viewBox=/);
    assert.match(svg.data, /Unikernel/);
    assert.ok(!svg.data.includes("var(--"), "colours are resolved");
    assert.ok(!/class=|data-|onclick/.test(svg.data));
    await page.getByText("Saved as svg.").waitFor();
    await save("Drawing as PNG");
    const png = Buffer.from((await host.heard("export", 2)).data, "base64");
    assert.equal(png.subarray(1, 4).toString(), "PNG");
    assert.ok(png.readUInt32BE(16) > 400);
    await save("Graph as Mermaid");
    assert.deepEqual(await host.heard("export", 3), { kind: "export", format: "mermaid", data: "" });
    await page.getByRole("button", { name: "Copy as image" }).click();
    await page.getByText(/on the clipboard|takes no image/).waitFor();
  });

  it("offers a part of 10,000 nodes, draws a cycle, and says when there is nothing", async () => {
    const { page, host } = await openWith(pictureOf(madeUp(10_000)));
    await page.getByText("The graph has 10,000 nodes").waitFor();
    assert.equal(await page.locator(".node").count(), 250);
    host.tell(
      pictureOf(
        { nodes: [node("a"), node("b")], edges: [edge("a", "b"), edge("b", "a")] },
        { generation: 2 },
      ),
    );
    await drawn(page, 2);
    host.tell(pictureOf({ nodes: [], edges: [] }, { generation: 3 }));
    await page.getByText("the graph is empty").waitFor();
    await page.locator(".node").first().waitFor({ state: "detached" });
  });

  it("says what it waits for, when that takes more than a moment", async () => {
    const { page, host } = await open();
    await page.getByText("Reading the functor graph").waitFor();
    host.tell(pictureOf(recordedView("hello")));
    await page.locator(".busy").waitFor({ state: "hidden" });
    host.tell({ kind: "busy", on: true, words: "Building config.exe\u2026" });
    await page.getByText("Building config.exe").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await host.heard("cancel");
    host.tell({ kind: "busy", on: false, words: "" });
    await page.locator(".busy").waitFor({ state: "hidden" });
  });

  it("shows a target that is known ahead at its click, with a layout that was made before", async () => {
    const { page, host } = await openWith(pictureOf(recordedView("network")));
    await page.evaluate("Worker.prototype.terminate = () => document.body.setAttribute('data-laid-out', '')");
    const unix = pictureOf(recordedView("networkHost"), {
      configuration: { target: "unix", options: [], evaluate: true },
      words: ["unix is made of less."],
    });
    host.tell({ kind: "ahead", pictures: [unix] });
    await page.locator("body[data-laid-out]").waitFor();
    await page.evaluate("Worker.prototype.postMessage = () => {}");
    const choose = async (target: string) => {
      await page.getByRole("combobox", { name: "Target", exact: true }).click();
      await page.getByRole("option", { name: target }).first().click();
    };
    await choose("unix");
    assert.equal((await host.heard("look", 2)).configuration?.target, "unix");
    await page.getByText("unix is made of less.").waitFor();
    await drawn(page, recordedView("networkHost").nodes.length);
    await page.locator(".scene").evaluate((scene) => scene.setAttribute("data-mine", ""));
    host.tell({ ...unix, generation: 2 });
    await page.locator('.scene[data-generation="2"][data-mine]').waitFor({ state: "attached" });
    await choose("hvt");
    await host.heard("look", 3);
    await page.getByText("unix is made of less.").waitFor();
  });

  it("is fitted above the legend, however many lines that has", async () => {
    const { page } = await openWith(compared());
    for (const [width, height] of [
      [1100, 640],
      [700, 560],
      [420, 720],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.getByRole("button", { name: "Fit into the panel (0)" }).click();
      await still(page);
      const legend = await page.locator(".legend").boundingBox();
      const lowest = await page
        .locator(".node .shape")
        .evaluateAll((all) => Math.max(...all.map((each) => each.getBoundingClientRect().bottom)));
      assert.ok(legend && lowest <= legend.y, `${width}: ${lowest} above ${legend?.y}`);
    }
  });

  it("can be cancelled while it lays out a large graph, and says so", async () => {
    const { page } = await openWith(pictureOf(madeUp(10_000)));
    await page.evaluate("Worker.prototype.postMessage = () => {}");
    await page.getByRole("button", { name: "Draw All" }).click();
    await page.getByText("Laying out 10,000 nodes").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Drawing 10,000 nodes was given up: you cancelled it.").waitFor();
    await page.locator(".busy").waitFor({ state: "hidden" });
    assert.equal(await page.locator(".node").count(), 250);
  });

  const views = {
    hello: () => pictureOf(recordedView("hello")),
    network: () => pictureOf(recordedView("network")),
    branches: () => pictureOf(recordedView("branches")),
    compared,
  };
  for (const [name, theme] of Object.entries(themes)) {
    it(`shows everything in the theme ${name}, wide and narrow`, async () => {
      for (const [what, picture] of Object.entries(views)) {
        const { view, page } = await openWith(picture(), theme);
        for (const width of [1280, 480]) {
          await page.setViewportSize({ width, height: 720 });
          await still(page);
          assert.equal(await view.probe("contentWidth()"), width);
          const texts = ".legend li, .sentence, .pane p, .pane .title, .strip:not(.second) .chip";
          assert.deepEqual(await view.probe(`unseen(${JSON.stringify(texts)})`), []);
          if (shot === undefined) continue;
          await mkdir(join(root, shot), { recursive: true });
          await page.screenshot({ path: join(root, shot, `graph-${what}-${name}-${width}.png`) });
        }
      }
    });
  }
});
