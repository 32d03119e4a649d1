import assert from "node:assert/strict";
import { commonName } from "./moduleNames.ts";
import { device, graphOf, recordedGraph } from "../testGraphs.ts";
import { describeComparison, describeConfiguration, describeGraph } from "./describeGraph.ts";

const hvt = { target: "hvt", options: [], evaluate: true };
const sockets = { target: "unix", options: ["--net=host"], evaluate: true };

describe("descriptions of graphs", () => {
  it("use the common names of modules", () => {
    const names = [
      "Ethernet.Make",
      "Tcpip_stack_direct.MakeV4V6",
      "Static_htdocs",
      "Own.Thing.Make",
      "A.B",
      "X",
    ];
    assert.deepEqual(names.map(commonName), [
      "Ethernet",
      "TCP/IP stack",
      "files of htdocs",
      "Own.Thing",
      "A.B",
      "X",
    ]);
    assert.equal(commonName("constructor"), "constructor");
  });

  it("describe configurations", () => {
    assert.equal(describeConfiguration(sockets), "unix with sockets");
    assert.equal(describeConfiguration({ ...hvt, options: ["--utcp", "--x=y"] }), "hvt with µTCP and --x=y");
    assert.equal(describeConfiguration({ ...hvt, evaluate: false }), "hvt, all choices");
  });

  it("describe a graph", () => {
    assert.deepEqual(describeGraph(recordedGraph("device-usage/network/hvt/describe-dot"), hvt), [
      "network for hvt consists of 24 modules, including 11 runtime services.",
      "Unikernel.Main is applied to TCP/IP stack, together 12 modules with their dependencies.",
    ]);
    assert.deepEqual(describeGraph(recordedGraph("tutorial/noop/unix/describe-dot")), [
      "noop consists of 11 modules and has no application.",
    ]);
    assert.deepEqual(describeGraph(graphOf("ordering=out;")), ["The graph is empty."]);
    const disks = graphOf(
      device(1, "Block"),
      device(2, "Block"),
      device(3, "Netif"),
      device(4, "U"),
      device(5, "Mirage_runtime"),
      ...[1, 3, 2].map((id) => `4 -> ${id} [];`),
      '5 -> 4 [style="dashed"];',
    );
    assert.match(describeGraph(disks).join(" "), /U is applied to block device ×2 and network interface[.,]/);
    const website = describeGraph(recordedGraph("applications/static_website_tls/unix/describe-dot-no-eval"));
    assert.equal(
      website.at(-1),
      "17 choices depend on the keys certs-kv_ro, data-kv_ro, net, no-dhcp, target and utcp.",
    );
  });

  it("describe the differences between two configurations", () => {
    const names = { before: describeConfiguration(sockets), after: describeConfiguration(hvt) };
    const before = recordedGraph("device-usage/network/unix+net=host/describe-dot");
    const after = recordedGraph("device-usage/network/hvt/describe-dot");
    assert.deepEqual(describeComparison(before, after, names), [
      "hvt instead of unix with sockets adds 12 modules: network interface, Ethernet, ARP, DHCP client, " +
        "DHCP client's network, IPv6, DHCP client's IPv4, combined IPv4 and IPv6, TCP, UDP, ICMP and TCP/IP stack.",
      "It removes 3 modules: host TCP sockets, host UDP sockets and TCP/IP stack over host sockets.",
      "Unikernel.Main uses different modules.",
      "11 modules are unchanged.",
    ]);
    assert.deepEqual(describeComparison(after, after, { before: "unix", after: "hvt" }), [
      "hvt instead of unix changes nothing: both consist of the same 24 modules.",
    ]);
  });

  it("use singular and plural, and count the modules that are not listed", () => {
    const one = graphOf(device(1, "A"), device(2, "U"), "2 -> 1 [];");
    const none = graphOf(device(2, "U"));
    assert.deepEqual(describeComparison(none, one, { before: "x", after: "y" }).slice(0, 2), [
      "y instead of x adds 1 module: A.",
      "U uses different modules.",
    ]);
    const two = graphOf(device(1, "A"), device(3, "A"), device(2, "U"), "2 -> 1 [];", "2 -> 3 [];");
    assert.equal(
      describeComparison(none, two, { before: "x", after: "y" })[0],
      "y instead of x adds 2 modules: A.",
    );
    const many = graphOf(...Array.from({ length: 40 }, (_, i) => device(i, `M${i}`)));
    assert.match(
      describeComparison(graphOf("ordering=out;"), many, { before: "x", after: "y" })[0] ?? "",
      /M14 and 25 more\.$/,
    );
  });
});
