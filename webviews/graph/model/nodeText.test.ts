import assert from "node:assert/strict";
import { revealed, fitted, clamped, centeredAt, toWindow, toDrawing, zoomed } from "../drawing/camera.ts";
import type { OptionView } from "../../../extension/protocol/graph.ts";
import { optionArgument, withOption } from "./options.ts";
import { findNodes } from "./matches.ts";
import { shortenTo, nodeAriaLabel } from "./nodeText.ts";

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
    assert.equal(shortenTo("short", fits), "short");
    assert.equal(shortenTo("x".repeat(5000), fits), `${"x".repeat(9)}\u2026`);
    const wider = (text: string): boolean => text.length <= 20;
    assert.equal(shortenTo("Tcpip_stack_direct.MakeV4V6", wider), "Tcpip_stac\u2026.MakeV4V6");
    assert.equal(shortenTo("A.Very_long_module_name_of_mine", wider), "A.Very_long_module_\u2026");
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
    assert.equal(optionArgument(["--net=host", "--utcp"], net), "host");
    assert.equal(optionArgument(["--utcp"], flag), "");
    assert.equal(optionArgument(["--netx=host"], net), undefined);
    assert.deepEqual(withOption(["--net=host", "--x=1"], net, "direct"), ["--x=1", "--net=direct"]);
    assert.deepEqual(withOption(["--x=1"], flag, ""), ["--x=1", "--utcp"]);
    assert.deepEqual(withOption(["--utcp", "--x=1"], flag, undefined), ["--x=1"]);
  });
});

describe("camera", () => {
  const drawing = { width: 2000, height: 1000 };
  const window = { width: 500, height: 500 };

  const start = { x: 1000, y: 0 };

  it("centres a drawing that fits into the window, with names of 16 px at most", () => {
    const whole = fitted({ width: 500, height: 400 }, window, start);
    assert.ok(whole.scale > 0.77 && whole.scale < 1);
    assert.deepEqual(toWindow(whole, { x: 250, y: 200 }), { x: 250, y: 250 });
    assert.equal(fitted({ width: 10, height: 10 }, window, start).scale, 1.25);
    assert.ok(Number.isFinite(fitted({ width: 0, height: 0 }, { width: 0, height: 0 }, start).scale));
  });

  it("keeps the names of a larger drawing readable, and begins at the top with the application in the middle", () => {
    const camera = fitted(drawing, window, start);
    assert.ok(13 * camera.scale >= 10);
    assert.deepEqual(toWindow(camera, start), { x: 250, y: 12 });
    const right = fitted(drawing, window, { x: 2000, y: 1000 });
    assert.deepEqual(toWindow(right, { x: 2000, y: 1000 }), { x: 488, y: 488 });
    const high = fitted({ width: 400, height: 3000 }, window, { x: 0, y: 0 });
    assert.equal(toWindow(high, { x: 200, y: 0 }).x, 250, "one that is only too high is centred");
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
