import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { themes } from "./themes.ts";
import { edge, node, panelContent, recordedView } from "./graphHost.ts";
import { compared, waitForNodes, graphViews, moveBy, nodeNamed, placeOf, selected } from "./graphRig.ts";

const hostile = '<b>bold</b>"\n</script><img src=x onerror="document.title=1">\u202e';
const names = (page: Page) => page.locator(".node .name").allTextContents();

describe("The functor graph in a browser", () => {
  const { open, openWith } = graphViews();

  it("draws the nodes of a recorded graph without runtime services, and explains what it draws in a legend", async () => {
    const { page } = await openWith(panelContent(recordedView("network"), { sentences: ["24 modules."] }));
    assert.equal(await page.locator(".node").count(), 13);
    assert.equal(await page.locator(".node.application").count(), 1);
    await page.getByText("24 modules.").waitFor();
    const legend = (await page.locator(".legend li").allTextContents()).sort();
    assert.deepEqual(legend, ["application", "argument", "functor", "module"]);
    const boxes = await page
      .locator(".node .shape")
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON()));
    for (const one of boxes) {
      const over = boxes.filter(
        (other) =>
          one.left < other.right &&
          other.left < one.right &&
          one.top < other.bottom &&
          other.top < one.bottom,
      );
      assert.equal(over.length, 1, "boxes do not overlap");
    }
  });

  it("shows HTML, quotes, newlines and bidirectional marks as text, and truncates wide names with a tooltip", async () => {
    const wide = "Very_long_library_name.".repeat(12);
    const graph = {
      nodes: [node("a", { title: hostile }), node("b", { title: wide })],
      edges: [edge("a", "b")],
    };
    const { page } = await openWith(panelContent(graph));
    assert.equal(await page.locator(".viewport img, .viewport b").count(), 0);
    const shown = await names(page);
    assert.ok(shown[0]?.startsWith('<b>bold</b>"\u240a</s'), shown[0]);
    assert.ok(shown[1]?.endsWith("\u2026") && shown[1].length < 60, shown[1]);
    assert.equal(await page.locator(".node title").last().textContent(), wide);
    await page.locator(".node").first().press("Space");
    await page.locator(".pane h2").waitFor();
    assert.equal(await page.locator(".pane img, .pane b").count(), 0);
  });

  it("opens the source of a node by click and by Enter, and its other sources from the details", async () => {
    const { page, host } = await openWith(panelContent(recordedView("network")));
    await nodeNamed(page, "Ethernet.Make").click();
    const first = await host.waitFor("open");
    assert.equal(first.index, undefined);
    assert.equal(await selected(page), "Ethernet.Make");
    await page.keyboard.press("Enter");
    assert.deepEqual(await host.waitFor("open", 2), first);
    await page.keyboard.press("Space");
    await page.getByText("tcpip (>= 9.0.0 & < 10.0.0)").waitFor();
    await page.getByText("ethernet_make").waitFor();
    await page.locator(".place").nth(1).click();
    assert.deepEqual(await host.waitFor("open", 3), { ...first, index: 1 });
  });

  it("moves the focus along the edges with the keyboard", async () => {
    const { page, view } = await openWith(panelContent(recordedView("network")));
    await page.locator('.node[tabindex="0"]').focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    assert.equal(
      await selected(page),
      "Dhcp_ipv4.Proj_net",
      "the arrow key selects the first argument of the stack",
    );
    assert.match(await view.probe<string>("focused()"), /^Dhcp_ipv4.Proj_net, functor, needs 1, used by 2/);
    await page.keyboard.press("ArrowUp");
    assert.equal(await selected(page), "Tcpip_stack\u2026.MakeV4V6");
    assert.equal(await page.locator(".orders g").count(), 7, "the seven arguments are numbered");
    await page.keyboard.press("ArrowUp");
    assert.equal(await selected(page), "Unikernel.Main");
    assert.equal(await page.locator('.node[tabindex="0"]').count(), 1);
  });

  it("scrolls and zooms with the wheel, pans by dragging and with keys, and fits the graph", async () => {
    const { page } = await openWith(panelContent(recordedView("network")));
    const before = await placeOf(page, "Ethernet.Make");
    await page.mouse.move(before.x, before.y);
    await moveBy(page, () => page.mouse.wheel(0, 40));
    assert.deepEqual(await placeOf(page, "Ethernet.Make"), { ...before, y: before.y - 40 });
    await moveBy(page, () => page.mouse.wheel(0, -40));
    await page.keyboard.down("Control");
    await moveBy(page, () => page.mouse.wheel(0, -300));
    await page.keyboard.up("Control");
    const near = await placeOf(page, "Ethernet.Make");
    assert.ok(
      near.width > before.width * 1.3 && Math.abs(near.x - before.x) <= 2 && Math.abs(near.y - before.y) <= 2,
    );
    await page.mouse.move(500, 300);
    await page.mouse.down();
    await page.mouse.move(540, 310, { steps: 4 });
    await page.mouse.up();
    const dragged = await placeOf(page, "Ethernet.Make");
    assert.deepEqual([dragged.x - near.x, dragged.y - near.y], [40, 10]);
    assert.equal(await selected(page), "", "a drag selects nothing");
    await page.locator('.node[tabindex="0"]').focus();
    await moveBy(page, () => page.keyboard.press("Shift+ArrowRight"));
    assert.equal((await placeOf(page, "Ethernet.Make")).x, dragged.x - 60);
    await moveBy(page, () => page.keyboard.press("0"));
    assert.deepEqual(await placeOf(page, "Ethernet.Make"), before);
  });

  it("finds nodes by name, counts them, and cycles through the matches", async () => {
    const { page } = await openWith(panelContent(recordedView("network")));
    await page.keyboard.press("Control+f");
    await page.keyboard.type("dhcp make");
    await page.getByText("1 of 1", { exact: true }).waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("dhcp");
    await page.getByText("1 of 3", { exact: true }).waitFor();
    const first = await selected(page);
    await page.keyboard.press("Enter");
    await page.getByText("2 of 3", { exact: true }).waitFor();
    assert.notEqual(await selected(page), first);
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.press("Shift+Enter");
    await page.getByText("3 of 3", { exact: true }).waitFor();
    assert.equal(await page.locator(".node.match").count(), 3);
    await page.keyboard.type("zzz");
    await page.getByText("No results").waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".node.match").count(), 0);
  });

  it("shows the neighbours of a focused node, collapses nodes, and hides runtime services", async () => {
    const { page } = await openWith(panelContent(recordedView("network")));
    await nodeNamed(page, "Tcp.Flow.Make").click();
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Everything that uses it" }).click();
    await page.getByText("everything that uses it, 3 of 24 nodes").waitFor();
    assert.deepEqual((await names(page)).sort(), [
      "Tcp.Flow.Make",
      "Tcpip_stack\u2026.MakeV4V6",
      "Unikernel.Main",
    ]);
    await page.getByRole("button", { name: "Show Everything" }).click();
    await waitForNodes(page, 13);
    await page.getByRole("button", { name: "Show runtime services" }).click();
    await waitForNodes(page, 24);
    await nodeNamed(page, "Tcpip_stack\u2026.MakeV4V6").click();
    await page.keyboard.press("c");
    await page.getByText("+11", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Show runtime services" }).click();
    await waitForNodes(page, 2);
    await page.locator(".node .fold:not(.idle)").click();
    await waitForNodes(page, 13);
  });

  it("requests another target, options and comparison, and configures the shown configuration", async () => {
    const { page, host } = await openWith(panelContent(recordedView("network")));
    assert.equal(await page.getByRole("button", { name: /^Configure for/ }).isVisible(), false);
    await page.getByRole("button", { name: "Options of config.ml", exact: true }).click();
    await page.getByRole("checkbox", { name: "--utcp" }).click();
    const utcp = await host.waitFor("showGraph", 2);
    assert.deepEqual(utcp.configuration, { target: "hvt", options: ["--utcp"], evaluate: true });
    await page.getByRole("button", { name: "Configure for hvt" }).click();
    assert.deepEqual((await host.waitFor("configure")).configuration, utcp.configuration);
    await page.getByRole("combobox", { name: "Target", exact: true }).selectOption("spt");
    assert.equal((await host.waitFor("showGraph", 3)).configuration?.target, "spt");
    await page.getByRole("combobox", { name: "Compare with", exact: true }).selectOption("committed");
    assert.deepEqual((await host.waitFor("showGraph", 4)).other, { kind: "committed" });
    await page.getByRole("combobox", { name: "Compare with", exact: true }).selectOption("configuration");
    assert.deepEqual((await host.waitFor("showGraph", 5)).other, { kind: "mostDifferent" });
    host.send({ ...compared(), generation: 2 });
    const second = page.getByRole("combobox", { name: "Target to compare with" });
    await second.waitFor();
    assert.equal(await second.inputValue(), "unix");
    await page.getByRole("combobox", { name: "Compare with", exact: true }).selectOption("nothing");
    assert.deepEqual((await host.waitFor("showGraph", 6)).other, { kind: "nothing" });
  });

  it("never compares a configuration with itself", async () => {
    const { page, host } = await openWith(compared());
    await page.getByRole("button", { name: "Options of config.ml", exact: true }).click();
    await page.getByRole("combobox", { name: "--net" }).first().selectOption("host");
    await page.getByRole("combobox", { name: "Target", exact: true }).selectOption("unix");
    assert.deepEqual((await host.waitFor("showGraph", 3)).other, { kind: "mostDifferent" });
  });

  it("opens the options like a menu, and closes them by a click elsewhere or Escape", async () => {
    const { page } = await openWith(panelContent(recordedView("network")));
    const before = await placeOf(page, "Netif");
    const options = page.getByRole("button", { name: "Options of config.ml", exact: true });
    const form = page.getByRole("group", { name: "Options", exact: true });
    await options.click();
    await form.waitFor();
    assert.deepEqual(await placeOf(page, "Netif"), before, "the drawing stays");
    await form.getByRole("checkbox", { name: "Show every branch" }).focus();
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "hidden" });
    await options.click();
    await page.mouse.click(20, 600);
    await form.waitFor({ state: "hidden" });
  });

  it("keeps nodes where they are when details open, unless they would hide the selected one", async () => {
    const { page } = await openWith(panelContent(recordedView("network")));
    await page.setViewportSize({ width: 620, height: 700 });
    const before = await placeOf(page, "Dhcp_ipv4.Proj_net");
    await nodeNamed(page, "Dhcp_ipv4.Proj_net").click();
    await page.keyboard.press("Space");
    await page.getByText("Packages").waitFor();
    assert.deepEqual(await placeOf(page, "Dhcp_ipv4.Proj_net"), before);
    await page.keyboard.press("Space");
    await page.locator(".pane").waitFor({ state: "hidden" });
    assert.deepEqual(await placeOf(page, "Dhcp_ipv4.Proj_net"), before);
    await page.setViewportSize({ width: 465, height: 700 });
    await nodeNamed(page, "Netif").click();
    await page.keyboard.press("Space");
    const pane = await page.locator(".pane").boundingBox();
    const place = await placeOf(page, "Netif");
    assert.ok(pane && place.y < pane.y, `${place.y} above ${pane?.y}`);
  });

  it("folds the legend away, and remembers that", async () => {
    const { page, view } = await openWith(panelContent(recordedView("network")));
    await page.locator(".legend").waitFor();
    await page.getByRole("button", { name: "Legend" }).click();
    await page.locator(".legend").waitFor({ state: "hidden" });
    const isSaved = "probe.savedState()?.hideLegend === true";
    await page.evaluate(
      `(async () => { while (!(${isSaved})) await new Promise(requestAnimationFrame); })()`,
    );
    const next = await openWith(
      panelContent(recordedView("network")),
      themes.dark,
      await view.probe("savedState()"),
    );
    await next.page.locator(".legend").waitFor({ state: "hidden" });
    await next.page.getByRole("button", { name: "Legend" }).click();
    await next.page.locator(".legend").waitFor();
  });

  it("starts with the legend folded in a low panel, which leaves its space to the graph", async () => {
    const { page, host } = await open(themes.light, undefined, { width: 700, height: 300 });
    host.send(panelContent(recordedView("network")));
    await page.locator(".node").first().waitFor({ state: "attached" });
    await page.locator(".legend").waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Legend" }).click();
    await page.locator(".legend").waitFor();
  });
});
