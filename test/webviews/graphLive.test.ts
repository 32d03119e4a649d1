import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../scripts/programs.ts";
import { edge, generatedView, node, panelContent, recordedView } from "./graphHost.ts";
import {
  compared,
  waitForNodes,
  graphViews,
  moveBy,
  nodeNamed,
  placeOf,
  selected,
  waitForStop,
} from "./graphRig.ts";
import { themes } from "./themes.ts";

const shot = process.env["MIRAGEOS_SCREENSHOTS"];

describe("The functor graph with comparisons and updates", () => {
  const { open, openWith } = graphViews();

  it("shows a comparison by colour, pattern, symbol and text, and selects a changed node by a click in the list", async () => {
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

  it("keeps zoom, position, selection, focus and collapsed nodes when a new graph arrives", async () => {
    const graph = recordedView("network");
    const { page, host } = await openWith(panelContent(graph));
    await nodeNamed(page, "Ethernet.Make").click();
    await moveBy(page, () => page.keyboard.press("+"));
    const before = await placeOf(page, "Ethernet.Make");
    const app = graph.nodes.find(({ kind }) => kind === "application")?.key ?? "";
    const more = {
      nodes: [
        ...graph.nodes,
        ...["A.Make", "B.Make", "C.Make"].map((key) =>
          node(key, { change: "added", changeDescription: "new" }),
        ),
      ],
      edges: [...graph.edges, edge(app, "A.Make", 1), edge("A.Make", "B.Make"), edge("B.Make", "C.Make")],
    };
    host.send(panelContent(more, { generation: 2 }));
    await nodeNamed(page, "C.Make").waitFor({ state: "attached" });
    const after = await placeOf(page, "Ethernet.Make");
    assert.ok(
      Math.abs(after.x - before.x) <= 1 && Math.abs(after.y - before.y) <= 1,
      JSON.stringify([before, after]),
    );
    assert.equal(after.width, before.width);
    assert.equal(await selected(page), "Ethernet.Make");
    host.send(
      panelContent(undefined, {
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
    assert.equal(await page.locator(".node").count(), 16, "the last valid graph remains");
    await page.getByText("More", { exact: true }).click();
    await page.getByText("Unbound value x").waitFor();
    await page.getByRole("button", { name: "Go to the Error" }).click();
    assert.equal((await host.waitFor("bannerAction")).index, 0);
  });

  it("restores its state after a reload", async () => {
    const first = await openWith(panelContent(recordedView("network")));
    await nodeNamed(first.page, "Arp.Make").click();
    await moveBy(first.page, () => first.page.keyboard.press("+"));
    await first.page.keyboard.press("Space");
    const place = await placeOf(first.page, "Arp.Make");
    // The page saves its state some time after the last change.
    const isSaved = "probe.savedState()?.details === true && probe.savedState()?.view !== undefined";
    await first.page.evaluate(
      `(async () => { while (!(${isSaved})) await new Promise(requestAnimationFrame); })()`,
    );
    const state = await first.view.probe("savedState()");
    const { page, host } = await openWith(panelContent(recordedView("network")), themes.dark, state);
    assert.deepEqual(await placeOf(page, "Arp.Make"), place);
    assert.equal(await selected(page), "Arp.Make");
    await page.getByText("Packages").waitFor();
    assert.equal((await host.waitFor("details")).kind, "details");
    await openWith(panelContent(recordedView("hello")), themes.dark, { unikernel: 1 });
  });

  it("highlights the node at the cursor, and reveals a hidden node", async () => {
    const graph = recordedView("network");
    const key = (title: string) => graph.nodes.find((each) => each.title === title)?.key ?? "";
    const { page, host } = await openWith(panelContent(graph));
    host.send({ kind: "highlight", key: key("Arp.Make") });
    await page.locator(".node.marked").waitFor();
    await nodeNamed(page, "Tcpip_stack\u2026.MakeV4V6").click();
    await page.keyboard.press("c");
    await waitForNodes(page, 2);
    host.send({ kind: "reveal", key: key("Arp.Make") });
    await page.locator(".node.selected.marked").waitFor();
    assert.equal(await selected(page), "Arp.Make");
    host.send({ kind: "highlight", key: undefined });
    await page.locator(".node.marked").waitFor({ state: "detached" });
  });

  it("can be used as a tree with a screen reader", async () => {
    const { page, host } = await openWith(panelContent(recordedView("network")));
    await page.keyboard.press("Tab");
    assert.equal(await page.locator(":focus").textContent(), "Show the graph as a tree");
    await page.keyboard.press("Enter");
    await page.getByRole("tree", { name: "Functor graph" }).waitFor();
    const item = () => page.locator('[role="treeitem"]:focus').getAttribute("aria-label");
    assert.match((await item()) ?? "", /^Unikernel.Main, application/);
    await page.keyboard.press("ArrowRight");
    assert.match((await item()) ?? "", /^Tcpip_stack_direct.MakeV4V6, argument 1, functor/);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.match((await item()) ?? "", /^Dhcp_ipv4.Proj_net, argument 1/);
    await page.keyboard.press("Enter");
    await host.waitFor("open");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Home");
    assert.match((await item()) ?? "", /^Unikernel.Main/);
    await page.keyboard.press("t");
    assert.match((await item()) ?? "", /^Tcpip_stack_direct/);
  });

  it("exports the drawing in the theme's colours and other formats through the extension, and copies an image", async () => {
    const { page, host } = await openWith(panelContent(recordedView("hello")));
    const save = async (item: string) => {
      await page.getByRole("button", { name: "Export" }).click();
      await page.getByRole("menuitem", { name: item }).click();
    };
    await save("Drawing as SVG");
    const svg = await host.waitFor("export");
    assert.match(svg.data, /^<svg [^>]*viewBox=/);
    assert.match(svg.data, /Unikernel/);
    assert.ok(!svg.data.includes("var(--"), "colours are resolved");
    assert.ok(!/class=|data-|onclick/.test(svg.data));
    await page.getByText("Saved as svg.").waitFor();
    await save("Drawing as PNG");
    const png = Buffer.from((await host.waitFor("export", 2)).data, "base64");
    assert.equal(png.subarray(1, 4).toString(), "PNG");
    assert.ok(png.readUInt32BE(16) > 200);
    await save("Graph as Mermaid");
    assert.deepEqual(await host.waitFor("export", 3), { kind: "export", format: "mermaid", data: "" });
    await save("Copy as Image");
    await page.getByText(/to the clipboard/).waitFor();
  });

  it("draws a part of 10,000 nodes, draws a cycle, and shows a message for an empty graph", async () => {
    const { page, host } = await openWith(panelContent(generatedView(10_000)));
    await page.getByText("The graph has 10,000 nodes").waitFor();
    assert.equal(await page.locator(".node").count(), 250);
    host.send(
      panelContent(
        { nodes: [node("a"), node("b")], edges: [edge("a", "b"), edge("b", "a")] },
        { generation: 2 },
      ),
    );
    await waitForNodes(page, 2);
    host.send(panelContent({ nodes: [], edges: [] }, { generation: 3 }));
    await page.getByText("the graph is empty").waitFor();
    await page.locator(".node").first().waitFor({ state: "detached" });
  });

  it("shows the step that it is waiting for", async () => {
    const { page, host } = await open();
    await page.getByText("Reading the functor graph").waitFor();
    host.send(panelContent(recordedView("hello")));
    await page.locator(".busy").waitFor({ state: "hidden" });
    host.send({ kind: "busy", on: true, description: "Building config.exe\u2026" });
    await page.getByText("Building config.exe").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await host.waitFor("cancel");
    host.send({ kind: "busy", on: false, description: "" });
    await page.locator(".busy").waitFor({ state: "hidden" });
  });

  it("requests the evaluation of all targets only when their list is opened", async () => {
    const { page, host } = await openWith(panelContent(recordedView("network")));
    const targets = page.getByRole("combobox", { name: "Target", exact: true });
    assert.ok(host.received.every(({ kind }) => kind !== "evaluateTargets"));
    await targets.dispatchEvent("pointerdown");
    await host.waitFor("evaluateTargets");
    await targets.press("Enter");
    await host.waitFor("evaluateTargets", 2);
  });

  it("is fitted at first sight in panels of any size: centred with readable names, beside everything else", async () => {
    for (const [width, height, isWhole] of [
      [1100, 640, true],
      [800, 600, true],
      [465, 700, true],
      [363, 520, false],
      [960, 380, false],
    ] as const) {
      const { page } = await openWith(panelContent(recordedView("network")));
      await page.setViewportSize({ width, height });
      await waitForStop(page);
      const stage = await page.locator(".viewport").boundingBox();
      const legend = await page.locator(".legend").boundingBox();
      const name = await page.locator(".node .name", { hasText: "Netif" }).boundingBox();
      const boxes = await page.locator(".node .shape").evaluateAll((all) =>
        all.map((each) => {
          const { left, right, top, bottom } = each.getBoundingClientRect();
          return { left, right, top, bottom };
        }),
      );
      assert.ok(stage && legend && name);
      const what = `${width}×${height}`;
      const left = Math.min(...boxes.map((each) => each.left));
      const right = stage.x + stage.width - Math.max(...boxes.map((each) => each.right));
      const bottom = Math.max(...boxes.map((each) => each.bottom));
      assert.ok(left >= 0 && right >= 0, `${what}: ${left} and ${right} beside the nodes`);
      assert.ok(name.height >= 10, `${what}: names of ${name.height} px`);
      assert.equal(bottom <= legend.y, isWhole, `${what}: ${bottom} above ${legend.y}`);
      const app = await page.locator(".node.application .shape").boundingBox();
      assert.ok(app && app.y >= stage.y, `${what}: the application is visible`);
    }
  });

  it("can cancel the layout of a large graph, and reports that it was cancelled", async () => {
    const { page } = await openWith(panelContent(generatedView(10_000)));
    await page.evaluate("Worker.prototype.postMessage = () => {}");
    await page.getByRole("button", { name: "Draw All" }).click();
    await page.getByText("Laying out 10,000 nodes").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Gave up drawing 10,000 nodes: you cancelled it.").waitFor();
    await page.locator(".busy").waitFor({ state: "hidden" });
    assert.equal(await page.locator(".node").count(), 250);
  });

  const views = {
    hello: () => panelContent(recordedView("hello")),
    network: () => panelContent(recordedView("network")),
    branches: () => panelContent(recordedView("branches")),
    compared,
  };
  for (const [what, picture] of Object.entries(views)) {
    it(`shows the view ${what} legibly in all themes, wide and narrow`, async () => {
      const { view, page } = await openWith(picture());
      for (const width of [1280, 480]) {
        await page.setViewportSize({ width, height: 720 });
        for (const [name, theme] of Object.entries(themes)) {
          await view.setTheme(theme);
          await waitForStop(page);
          assert.equal(await view.probe("contentWidth()"), width, name);
          const texts = ".legend li, .sentence, .pane p, .pane .title, .strip:not(.second) .chip";
          assert.deepEqual(await view.probe(`illegibleTexts(${JSON.stringify(texts)})`), [], name);
          if (shot === undefined) continue;
          await mkdir(join(root, shot), { recursive: true });
          await page.screenshot({ path: join(root, shot, `graph-${what}-${name}-${width}.png`) });
        }
      }
    });
  }
});
