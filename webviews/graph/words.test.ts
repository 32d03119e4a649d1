import assert from "node:assert/strict";
import { brought, fitted, kept, placed, seenAt, within, zoomed } from "./camera.ts";
import type { OptionView } from "./messages.ts";
import { valueOf, withOption } from "./options.ts";
import { matchesOf } from "./matches.ts";
import { cutTo, spokenOf } from "./words.ts";

const node = {
  key: "k",
  kind: "functor",
  title: "Tcp.Flow.Make",
  instance: "tcp_flow_make",
  keys: ["net"],
  change: "same",
  changeWords: "",
} as const;

describe("words of the graph", () => {
  it("tell a node to who hears it", () => {
    assert.equal(spokenOf(node, 1, 2, 0), "Tcp.Flow.Make, functor, reads net, needs 1, used by 2");
    assert.equal(
      spokenOf(
        { ...node, kind: "if", title: "net, target", change: "added", changeWords: "only for hvt" },
        0,
        0,
        3,
      ),
      "if net, target, choice, only for hvt, needs nothing, collapsed, 3 hidden",
    );
  });

  it("are cut to the room there is", () => {
    const fits = (text: string): boolean => text.length <= 10;
    assert.equal(cutTo("short", fits), "short");
    assert.equal(cutTo("x".repeat(5000), fits), `${"x".repeat(9)}\u2026`);
  });

  it("are found by all words typed, in any case, by name, instance and keys", () => {
    const nodes = [node, { ...node, key: "u", title: "Udp.Make", instance: "udp_make", keys: [] }];
    assert.deepEqual(matchesOf(nodes, "MAKE tcp"), ["k"]);
    assert.deepEqual(matchesOf(nodes, "udp_m"), ["u"]);
    assert.deepEqual(matchesOf(nodes, "make"), ["k", "u"]);
    assert.deepEqual(matchesOf(nodes, "  "), []);
  });
});

describe("options of the graph", () => {
  const net: OptionView = { name: "--net", documentation: "", kind: "choice", values: ["host"], initial: "" };
  const flag: OptionView = { ...net, name: "--utcp", kind: "flag" };

  it("are read and set, others staying as they are", () => {
    assert.equal(valueOf(["--net=host", "--utcp"], net), "host");
    assert.equal(valueOf(["--utcp"], flag), "");
    assert.equal(valueOf(["--netx=host"], net), undefined);
    assert.deepEqual(withOption(["--net=host", "--x=1"], net, "direct"), ["--x=1", "--net=direct"]);
    assert.deepEqual(withOption(["--x=1"], flag, ""), ["--x=1", "--utcp"]);
    assert.deepEqual(withOption(["--utcp", "--x=1"], flag, undefined), ["--x=1"]);
  });
});

describe("the camera", () => {
  const drawing = { width: 2000, height: 1000 };
  const window = { width: 500, height: 500 };

  it("fits a drawing into the middle, and never makes it larger than life", () => {
    const whole = fitted(drawing, window);
    assert.ok(whole.scale < 0.25 && whole.scale > 0.2);
    assert.deepEqual(seenAt(whole, { x: 1000, y: 500 }), { x: 250, y: 250 });
    assert.equal(fitted({ width: 10, height: 10 }, window).scale, 1);
    assert.ok(Number.isFinite(fitted({ width: 0, height: 0 }, { width: 0, height: 0 }).scale));
  });

  it("zooms around the pointer and stops at its bounds", () => {
    const at = { x: 120, y: 80 };
    const before = { x: 10, y: 20, scale: 0.5 };
    const after = zoomed(before, at, 1.5);
    assert.deepEqual(within(after, at), within(before, at));
    assert.equal(zoomed(before, at, 1e9).scale, 4);
  });

  it("does not lose the drawing, and brings a node into view", () => {
    const lost = kept({ x: 90_000, y: -90_000, scale: 1 }, drawing, window);
    assert.ok(lost.x < window.width && lost.y > -drawing.height);
    const camera = brought(
      placed({ x: 0, y: 0 }, { x: 0, y: 0 }, 1),
      { x: 1500, y: 900 },
      { width: 100, height: 30 },
      window,
    );
    const at = seenAt(camera, { x: 1500, y: 900 });
    assert.ok(at.x > 0 && at.x < 500 && at.y > 0 && at.y < 500);
  });
});
