import assert from "node:assert/strict";
import { parseDescription } from "../dot/parseDescription.ts";
import { readSourceMap } from "./sourceMap.ts";
import { device, graphOf, recordedGraph } from "../testGraphs.ts";
import { labels, marked, root } from "./testSourceMap.ts";

const networkConfig = `open Mirage

let main = main "Unikernel.Main" (stackv4v6 @-> job)
let stack = generic_stackv4v6 default_network
let () = register "network" [ main $ stack ]
`;

describe("readSourceMap, for config.ml files of real projects", () => {
  it("follows the components of a tuple", () => {
    const graph = recordedGraph("device-usage/network/hvt/describe-dot");
    const made = "generic_stackv4v6_with_lease ~dhcp_requests default_network";
    for (const pattern of ["stack, lease", "(stack, lease)", "(stack : stackv4v6 impl), _"]) {
      const config = networkConfig.replace(/let stack = .*/, `let ${pattern} = ${made}`);
      const { Netif, "Unikernel.Main": _, ...rest } = labels(graph, config);
      assert.deepEqual(Netif, ["default_network"], pattern);
      for (const found of Object.values(rest)) assert.deepEqual(found, [made], pattern);
    }
    const own = networkConfig.replace(
      /let stack = .*/,
      `let both net = (generic_stackv4v6 net, net)
let stack, net = both default_network
let (typed : network impl) = net`,
    );
    const found = labels(graph, own);
    assert.deepEqual(found["Udp.Make"], ["generic_stackv4v6 net"]);
    assert.deepEqual(found["Netif"], ["default_network"]);
    const leased = graphOf(
      device(1, "Netif"),
      device(2, "Dhcp_ipv4.Proj_lease"),
      device(3, "Unikernel"),
      "2 -> 1 [];",
      "3 -> 2 [];",
      ...root(4, 3),
    );
    const lease = `let s, lease = ${made} let () = Mirage.register "x" [ main "Unikernel" job $ lease ]`;
    assert.deepEqual(labels(leased, lease)["Dhcp_ipv4.Proj_lease"], [made]);
    assert.deepEqual(marked(leased, lease.replace("$ lease", "$ le^ase")), ["Dhcp_ipv4.Proj_lease"]);
  });

  it("follows a parenthesised partial application", () => {
    const config = `open Mirage
let disk = Key.(if_impl is_solo5) (block_of_file "a") (block_of_file "b")
let () = register "b" [ main "Unikernel.Main" (block @-> job) $ disk ]`;
    const graph = recordedGraph("device-usage/block/hvt/describe-dot");
    assert.deepEqual(labels(graph, config)["Block"], ['block_of_file "a"']);
  });

  it("finds the taken branch of a choice by the target and by flags", () => {
    const graph = (keys: string) => {
      const dot = `digraph G {\n${[device(1, "Netif"), device(2, "U"), "2 -> 1 [];", ...root(3, 2)].join("\n")}\n}\n`;
      return (
        parseDescription(`Name       x\nKeys      \n  ${keys}\nOutput     -\n${dot}`).graph ?? assert.fail()
      );
    };
    const netif = (condition: string, keys: string) =>
      labels(
        graph(keys),
        `open Mirage
let apart =
  let doc = Key.Arg.info [ "apart" ] in
  Key.(create "apart" Arg.(flag doc))
let net = if_impl ${condition} (netif "a") (netif "b")
let () = register "x" [ main "U" (network @-> job) $ net ]`,
      )["Netif"];
    const [a, b] = [['netif "a"'], ['netif "b"']];
    assert.deepEqual(netif("(Key.value apart)", "apart=true,\n  target=unix"), a);
    assert.deepEqual(netif("(Key.value apart)", "apart=false (default),\n  target=unix"), b);
    assert.deepEqual(netif("Key.(value apart)", "apart=true,\n  target=unix"), a);
    assert.deepEqual(netif("Key.is_unix", "target=macosx"), a);
    assert.deepEqual(netif("Key.is_xen", "target=hvt"), b);
    assert.deepEqual(netif("Key.is_unikraft", "target=unikraft-qemu"), a);
    for (const unknown of ["Key.is_odd", "(Key.value other)", "(f apart)"])
      assert.deepEqual(netif(unknown, "target=hvt"), [...a, ...b], unknown);
    assert.deepEqual(netif("Key.is_xen", "apart=true"), [...a, ...b]);
  });

  it("finds a choice with equal branches, and the `$` that applies a chosen functor", () => {
    const config = `open Mirage
let plain = main "Plain" (network @-> job)
let safe = main "Safe" (network @-> job)
let app = match_impl ~default:plain (Key.value k) [ (No, plain); (Yes, safe) ]
let () = register "x" [ app $ default_network ]`;
    const graph = graphOf(
      device(1, "Plain"),
      device(2, "Safe"),
      '  3 [label="If\\nk"];',
      device(4, "Netif"),
      '  5 [label="$", shape="diamond"];',
      '3 -> 1 [style="dotted", headport="n"];',
      '3 -> 2 [style="dotted", headport="n"];',
      '3 -> 1 [style="bold", style="dotted", headport="n"];',
      '5 -> 3 [style="bold", tailport="sw"];',
      "5 -> 4 [];",
      ...root(6, 5),
    );
    const of = (id: number) =>
      readSourceMap(graph, config)
        .locationsOf(id)
        .map(({ label }) => label);
    assert.match(of(3).join(), /^match_impl ~default:plain .*$/);
    assert.deepEqual(of(5), ["app $ default_network"]);
    assert.deepEqual(of(1), ['main "Plain" (network @-> job)']);
    assert.deepEqual(of(2), ['main "Safe" (network @-> job)']);
  });

  it("finds a choice whose default branch is a separate node", () => {
    const config = `open Mirage
let watch = impl "Watch.Make" (sleep @-> job)
let () = register "x" [ if_impl (Key.value k) (watch $ default_sleep) noop ]`;
    const graph = graphOf(
      device(1, "Mirage_sleep"),
      device(2, "Watch.Make"),
      device(3, "Unit"),
      device(4, "Mirage_sleep"),
      device(5, "Watch.Make"),
      '  6 [label="If\\nk"];',
      "2 -> 1 [];",
      "5 -> 4 [];",
      '6 -> 2 [style="dotted", headport="n"];',
      '6 -> 3 [style="dotted", headport="n"];',
      '6 -> 5 [style="bold", style="dotted", headport="n"];',
      ...root(7, 6),
    );
    const sourceMap = readSourceMap(graph, config);
    const of = (id: number) => sourceMap.locationsOf(id).map(({ label }) => label);
    assert.match(of(6).join(), /^if_impl [^;]*noop$/);
    assert.deepEqual(
      [of(2), of(5)],
      [['impl "Watch.Make" (sleep @-> job)'], ['impl "Watch.Make" (sleep @-> job)']],
    );
    assert.deepEqual(of(3), ["noop"]);
  });

  it("maps a device in a choice to the expression that creates it, not to the choice", () => {
    const config = `open Mirage
let net = match_impl (Key.value k) [ (true, netif ~group:"u" "tap0") ] ~default:default_network
let stack = generic_stackv4v6 net
let () = register "x" [ main "Unikernel" (stackv4v6 @-> job) $ stack ]`;
    const graph = graphOf(
      device(1, "Netif"),
      device(2, "Netif"),
      '  3 [label="If\\ntarget"];',
      device(4, "Netif"),
      '  5 [label="If\\ntarget"];',
      device(6, "Tcpip_stack_direct.MakeV4V6"),
      device(7, "Unikernel"),
      '3 -> 1 [style="dotted", headport="n"];',
      '3 -> 2 [style="bold", style="dotted", headport="n"];',
      '5 -> 3 [style="dotted", headport="n"];',
      '5 -> 4 [style="bold", style="dotted", headport="n"];',
      "6 -> 5 [];",
      "7 -> 6 [];",
      ...root(8, 7),
    );
    const sourceMap = readSourceMap(graph, config);
    const of = (id: number) => sourceMap.locationsOf(id).map(({ label }) => label);
    assert.match(of(5).join(), /^match_impl /);
    assert.deepEqual(
      [of(1), of(2), of(3)],
      Array.from({ length: 3 }, () => ['netif ~group:"u" "tap0"']),
    );
    assert.deepEqual(of(4), ["default_network"]);
  });

  it("maps to main the unit that mirage passes to it if there is no device", () => {
    const config = `let () = Mirage.(register "x" [ main "Unikernel" job ])`;
    const graph = graphOf(
      device(1, "Unit"),
      device(2, "Unikernel"),
      '2 -> 1 [style="dashed"];',
      ...root(3, 2),
    );
    assert.deepEqual(labels(graph, config)["Unit"], ['main "Unikernel" job']);
  });
});
