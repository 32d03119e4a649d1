import assert from "node:assert/strict";
import { revealed, fitted, clamped, centeredAt, toWindow, toDrawing, zoomed } from "../drawing/camera.ts";
import type { OptionView } from "../../../extension/protocol/graph.ts";
import { optionValue, withOption } from "./options.ts";
import { findNodes } from "./matches.ts";
import { truncateTo, nodeAriaLabel } from "./nodeText.ts";

const node = {
  key: "k",
  kind: "functor",
  title: "Tcp.Flow.Make",
  instance: "tcp_flow_make",
  keys: ["net"],
  change: "same",
  changeDescription: "",
} as const;

describe("texts of the graph", () => {
  it("describe a node for screen readers", () => {
    assert.equal(nodeAriaLabel(node, 1, 2, 0), "Tcp.Flow.Make, functor, reads net, needs 1, used by 2");
    assert.equal(
      nodeAriaLabel(
        { ...node, kind: "if", title: "net, target", change: "added", changeDescription: "only for hvt" },
        0,
        0,
        3,
      ),
      "if net, target, choice, only for hvt, needs nothing, collapsed, 3 hidden",
    );
  });

  it("are truncated to the available width", () => {
    const fits = (text: string): boolean => text.length <= 10;
    assert.equal(truncateTo("short", fits), "short");
    assert.equal(truncateTo("x".repeat(5000), fits), `${"x".repeat(9)}\u2026`);
  });

  it("are found by all words of a search in name, instance and keys, ignoring case", () => {
    const nodes = [node, { ...node, key: "u", title: "Udp.Make", instance: "udp_make", keys: [] }];
    assert.deepEqual(findNodes(nodes, "MAKE tcp"), ["k"]);
    assert.deepEqual(findNodes(nodes, "udp_m"), ["u"]);
    assert.deepEqual(findNodes(nodes, "make"), ["k", "u"]);
    assert.deepEqual(findNodes(nodes, "  "), []);
  });
});

describe("options of the graph", () => {
  const net: OptionView = { name: "--net", documentation: "", kind: "choice", values: ["host"], initial: "" };
  const flag: OptionView = { ...net, name: "--utcp", kind: "flag" };

  it("are read and set, and other options keep their order", () => {
    assert.equal(optionValue(["--net=host", "--utcp"], net), "host");
    assert.equal(optionValue(["--utcp"], flag), "");
    assert.equal(optionValue(["--netx=host"], net), undefined);
    assert.deepEqual(withOption(["--net=host", "--x=1"], net, "direct"), ["--x=1", "--net=direct"]);
    assert.deepEqual(withOption(["--x=1"], flag, ""), ["--x=1", "--utcp"]);
    assert.deepEqual(withOption(["--utcp", "--x=1"], flag, undefined), ["--x=1"]);
  });
});

describe("camera", () => {
  const drawing = { width: 2000, height: 1000 };
  const window = { width: 500, height: 500 };

  it("centres a drawing, at a scale of 1 at most", () => {
    const whole = fitted(drawing, window);
    assert.ok(whole.scale < 0.25 && whole.scale > 0.2);
    assert.deepEqual(toWindow(whole, { x: 1000, y: 500 }), { x: 250, y: 250 });
    assert.equal(fitted({ width: 10, height: 10 }, window).scale, 1);
    assert.ok(Number.isFinite(fitted({ width: 0, height: 0 }, { width: 0, height: 0 }).scale));
  });

  it("zooms around the pointer within the scale limits", () => {
    const at = { x: 120, y: 80 };
    const before = { x: 10, y: 20, scale: 0.5 };
    const after = zoomed(before, at, 1.5);
    assert.deepEqual(toDrawing(after, at), toDrawing(before, at));
    assert.equal(zoomed(before, at, 1e9).scale, 4);
  });

  it("keeps the drawing in the window, and scrolls to a node", () => {
    const lost = clamped({ x: 90_000, y: -90_000, scale: 1 }, drawing, window);
    assert.ok(lost.x < window.width && lost.y > -drawing.height);
    const camera = revealed(
      centeredAt({ x: 0, y: 0 }, { x: 0, y: 0 }, 1),
      { x: 1500, y: 900 },
      { width: 100, height: 30 },
      window,
    );
    const at = toWindow(camera, { x: 1500, y: 900 });
    assert.ok(at.x > 0 && at.x < 500 && at.y > 0 && at.y < 500);
  });
});
