import assert from "node:assert/strict";
import fc from "fast-check";
import { generatedDetails } from "./generatedDetails.ts";
import type { FunctorGraph, GraphNode } from "../model.ts";
import { opamDepends, packagesOf } from "./packages.ts";
import { recordedGraph, recordedText } from "../testGraphs.ts";

const folder = "device-usage/network/hvt/generated/mirage";
const mainMl = recordedText(`${folder}/main.ml`);
const opam = recordedText(`${folder}/network-hvt.opam`);
const graph = recordedGraph("device-usage/network/hvt/describe-dot");

function nodeOf(path: string, index = 0): GraphNode {
  const node = graph.nodes.filter((each) => each.path === path)[index];
  if (!node) throw new Error(path);
  return node;
}
const details = (node: GraphNode, own?: readonly string[]) =>
  generatedDetails(mainMl, opam, graph, node, own);

describe("generatedDetails", () => {
  it("returns packages with their bounds, connect arguments and the position", () => {
    assert.deepEqual(details(nodeOf("Netif")), {
      packages: ["mirage-net-solo5 (>= 0.8.0 & < 0.9.0)"],
      connect: ['"service"'],
      position: { file: "mirage/lib/devices/network.ml", line: 25 },
    });
    assert.deepEqual(details(nodeOf("Arp.Make")).connect, ["_ethernet_make__12"]);
    assert.deepEqual(details(nodeOf("Unikernel.Main"), ["duration"]), {
      packages: ["duration (< 1.0.0)"],
      connect: ["_tcpip_stack_direct_makev4v6__22"],
      position: undefined,
    });
    assert.deepEqual(details(nodeOf("Dhcp_ipv4.Make")).connect.slice(-3), [
      "_netif__11",
      "_ethernet_make__12",
      "_arp_make__13",
    ]);
  });

  it("finds the right one of three instances of a module", () => {
    const runtimes = [0, 1, 2].map((index) => details(nodeOf("Mirage_runtime", index)));
    assert.deepEqual(
      runtimes.map(({ connect }) => connect),
      [
        ['Mirage_runtime.set_name "network"; Lwt.return_unit'],
        ["Mirage_sleep.ns (Duration.of_sec _mirage_runtime_delay)"],
        [],
      ],
    );
  });

  it("parses instances with positions in config.ml", () => {
    const code = [
      "let store__3 = lazy (",
      "  let __netif__1 = Lazy.force netif__1 in",
      "  __netif__1 >>= fun _netif__1 ->",
      "  let _port = (port__key ()) in",
      '# 12 "config.ml"',
      '  Store__3.connect ~name:"a b) c" ~port:_port',
      "      (fun x -> x) _netif__1 >|= fun x -> x",
      ");;",
    ].join("\r\n");
    const node = { ...nodeOf("Netif"), path: "Store.Make", instance: "store" };
    const own: FunctorGraph = { ...graph, nodes: [node] };
    assert.deepEqual(generatedDetails(code, "", own, node), {
      packages: [],
      connect: ['~name:"a b) c"', "~port:_port", "(fun x -> x)", "_netif__1"],
      position: { file: "config.ml", line: 12 },
    });
  });

  it("returns nothing for a missing node, and never throws", () => {
    const nothing = { packages: [], connect: [], position: undefined };
    assert.deepEqual(generatedDetails("", "", graph, nodeOf("Netif")), nothing);
    const line = fc.constantFrom(
      "let netif__1 = lazy (",
      "let netif__2 = lazy (",
      ");;",
      "  X.connect (",
      '"',
      '# 1 "x"',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string()), { maxLength: 30 }), (lines) => {
        generatedDetails(lines.join("\n"), lines.join("\n"), graph, nodeOf("Netif"));
      }),
    );
  });

  it("parses the dependencies of an opam file", () => {
    const depends = opamDepends(opam);
    assert.equal(depends.length, 20);
    assert.deepEqual(depends[0], { name: "arp", bounds: ">= 4.0.0 & < 5.0.0" });
    assert.deepEqual(
      depends.find(({ name }) => name === "lwt"),
      { name: "lwt", bounds: "" },
    );
    assert.deepEqual(opamDepends("depends: none"), []);
    assert.deepEqual(packagesOf("Static_htdocs"), ["mirage-kv-mem", "crunch"]);
    assert.deepEqual(packagesOf("My_lib.Make"), ["my-lib"]);
  });
});
