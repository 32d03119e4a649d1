import assert from "node:assert/strict";
import { plainName } from "./names.ts";
import { device, graphOf, recordedGraph } from "./testGraphs.ts";
import { comparisonWords, configurationWords, graphWords } from "./words.ts";

const hvt = { target: "hvt", options: [], evaluate: true };
const sockets = { target: "unix", options: ["--net=host"], evaluate: true };

describe("words about graphs", () => {
  it("call modules by their names", () => {
    const names = [
      "Ethernet.Make",
      "Tcpip_stack_direct.MakeV4V6",
      "Static_htdocs",
      "Own.Thing.Make",
      "A.B",
      "X",
    ];
    assert.deepEqual(names.map(plainName), [
      "Ethernet",
      "TCP/IP stack",
      "files of htdocs",
      "Own.Thing",
      "A.B",
      "X",
    ]);
    assert.equal(plainName("constructor"), "constructor");
  });

  it("say configurations", () => {
    assert.equal(configurationWords(sockets), "unix with sockets");
    assert.equal(configurationWords({ ...hvt, options: ["--utcp", "--x=y"] }), "hvt with µTCP and --x=y");
    assert.equal(configurationWords({ ...hvt, evaluate: false }), "hvt, all choices");
  });

  it("say what a graph is", () => {
    assert.deepEqual(graphWords(recordedGraph("device-usage/network/hvt/describe-dot"), hvt), [
      "network for hvt is made of 24 modules, 11 of them started around the application.",
      "Unikernel.Main is applied to TCP/IP stack. With what these need, 12 modules.",
    ]);
    assert.deepEqual(graphWords(recordedGraph("tutorial/noop/unix/describe-dot")), [
      "noop is made of 11 modules, which start no application.",
    ]);
    assert.deepEqual(graphWords(graphOf("ordering=out;")), ["The graph is empty."]);
    const disks = graphOf(
      device(1, "Block"),
      device(2, "Block"),
      device(3, "Netif"),
      device(4, "U"),
      device(5, "Mirage_runtime"),
      ...[1, 3, 2].map((id) => `4 -> ${id} [];`),
      '5 -> 4 [style="dashed"];',
    );
    assert.match(graphWords(disks).join(" "), /U is applied to block device ×2 and network interface\./);
    const website = graphWords(recordedGraph("applications/static_website_tls/unix/describe-dot-no-eval"));
    assert.equal(
      website.at(-1),
      "17 choices depend on the keys certs-kv_ro, data-kv_ro, net, no-dhcp, target and utcp.",
    );
  });

  it("say what one configuration has and another has not", () => {
    const names = { before: configurationWords(sockets), after: configurationWords(hvt) };
    const before = recordedGraph("device-usage/network/unix+net=host/describe-dot");
    const after = recordedGraph("device-usage/network/hvt/describe-dot");
    assert.deepEqual(comparisonWords(before, after, names), [
      "hvt instead of unix with sockets adds 12 modules: network interface, Ethernet, ARP, DHCP client, " +
        "network of the DHCP client, IPv6, IPv4 of the DHCP client, IPv4 and IPv6 together, TCP, UDP, ICMP and TCP/IP stack.",
      "It removes 3 modules: TCP sockets of the host, UDP sockets of the host and TCP/IP stack of host sockets.",
      "What Unikernel.Main uses is different.",
      "11 modules are the same.",
    ]);
    assert.deepEqual(comparisonWords(after, after, { before: "unix", after: "hvt" }), [
      "hvt instead of unix changes nothing: both have the same 24 modules.",
    ]);
  });

  it("count one and many", () => {
    const one = graphOf(device(1, "A"), device(2, "U"), "2 -> 1 [];");
    const none = graphOf(device(2, "U"));
    assert.deepEqual(comparisonWords(none, one, { before: "x", after: "y" }).slice(0, 2), [
      "y instead of x adds 1 module: A.",
      "What U uses is different.",
    ]);
    const two = graphOf(device(1, "A"), device(3, "A"), device(2, "U"), "2 -> 1 [];", "2 -> 3 [];");
    assert.equal(
      comparisonWords(none, two, { before: "x", after: "y" })[0],
      "y instead of x adds 2 modules: A.",
    );
    const many = graphOf(...Array.from({ length: 40 }, (_, i) => device(i, `M${i}`)));
    assert.match(
      comparisonWords(graphOf("ordering=out;"), many, { before: "x", after: "y" })[0] ?? "",
      /M14 and 25 more\.$/,
    );
  });
});
