import assert from "node:assert/strict";
import fc from "fast-check";
import { fileOf, functorOf } from "./functorSource.ts";
import { mainsIn, nodeInSource, packagesInConfig, sourceLocations, readSourceMap } from "./sourceMap.ts";
import { device, graphOf, recordedGraph } from "../testGraphs.ts";
import { labels, marked, root } from "./testSourceMap.ts";

const networkConfig = `open Mirage

let main = main "Unikernel.Main" (stackv4v6 @-> job)
let stack = generic_stackv4v6 default_network
let () = register "network" [ main $ stack ]
`;
const websiteConfig = `open Mirage

let net = generic_stackv4v6 default_network
let pages_key = Key.(value @@ kv_ro ~group:"data" ())
let pages = generic_kv_ro ~key:pages_key "htdocs"
let server = cohttp_server @@ conduit_direct ~tls:true net
let secrets = generic_kv_ro ~key:Key.(value @@ kv_ro ()) "tls"
let site = main ~packages:[ package "uri" ] "Dispatch.HTTPS" (kv_ro @-> kv_ro @-> http @-> job)
let () = register "https" [ site $ pages $ secrets $ server ]
`;
describe("readSourceMap", () => {
  it("finds the combinator that created each device of a stack, and its argument", () => {
    const graph = recordedGraph("device-usage/network/hvt/describe-dot");
    const found = labels(graph, networkConfig);
    assert.deepEqual(found["Netif"], ["default_network"]);
    assert.deepEqual(found["Unikernel.Main"], ['main "Unikernel.Main" (stackv4v6 @-> job)']);
    const { Netif: _, "Unikernel.Main": __, ...rest } = found;
    assert.equal(Object.keys(rest).length, 11);
    for (const labelsOf of Object.values(rest)) {
      assert.deepEqual(labelsOf, ["generic_stackv4v6 default_network"]);
    }
    const [location] = sourceLocations(graph, networkConfig, graph.nodes[1] ?? assert.fail());
    assert.equal(networkConfig.slice(location?.nameSpan.start, location?.nameSpan.end), "generic_stackv4v6");
  });

  it("works for host sockets, and for unresolved choices", () => {
    const sockets = labels(recordedGraph("device-usage/network/unix+net=host/describe-dot"), networkConfig);
    assert.deepEqual(sockets["Tcpv4v6_socket"], ["generic_stackv4v6 default_network"]);
    const open = labels(recordedGraph("device-usage/network/unix/describe-dot-no-eval"), networkConfig);
    assert.deepEqual(open["Netif"], ["default_network"]);
  });

  it("tells apart two equal combinators by the position of the argument", () => {
    const graph = recordedGraph("applications/static_website_tls/unix/describe-dot-no-eval");
    const sourceMap = readSourceMap(graph, websiteConfig);
    const of = (path: string) =>
      graph.nodes
        .filter((node) => node.path === path)
        .map(({ id }) => sourceMap.locationsOf(id).map(({ label }) => label));
    assert.equal(of("Static_tls").length, 8);
    for (const found of of("Static_tls")) assert.match(found.join(), /^generic_kv_ro ~key:Key.*"tls"$/);
    for (const found of of("Static_htdocs")) assert.match(found.join(), /^generic_kv_ro .* "htdocs"$/);
    assert.deepEqual(
      of("Mirage_kv_unix").map((found) => /"\w+"$/.exec(found.join())?.[0]),
      ['"tls"', '"tls"', '"htdocs"', '"htdocs"'],
    );
    assert.deepEqual(of("Conduit_mirage.TCP"), [["conduit_direct ~tls:true net"]]);
    assert.deepEqual(of("Cohttp_mirage.Server.Make"), [["cohttp_server @@ conduit_direct ~tls:true net"]]);
    const choices = graph.nodes
      .filter(({ kind }) => kind === "if")
      .map(({ id }) => sourceMap.locationsOf(id).map(({ label }) => label));
    assert.equal(choices.filter((found) => found.join() === "default_network").length, 9);
    assert.equal(choices.filter((found) => found.join() === "generic_stackv4v6 default_network").length, 4);
    assert.ok(choices.every((found) => found.length === 1));
  });

  it("finds the taken branch of a choice, every branch if that is unknown, and each branch of an unresolved choice", () => {
    const config = `open Mirage
let disk = if_impl Key.is_solo5 (block_of_file "storage") (if_impl Key.is_unikraft (block_of_file "0") (ramdisk "r"))
let () = register "b" [ main "Unikernel.Main" (block @-> job) $ disk ]`;
    const taken = recordedGraph("device-usage/block/hvt/describe-dot");
    assert.deepEqual(labels(taken, config)["Block"], ['block_of_file "storage"']);
    const unknown = labels(taken, config.replace("Key.is_solo5", "(Key.pure true)"))["Block"];
    assert.deepEqual(unknown, ['block_of_file "storage"']);
    const open = graphOf(
      device(1, "Block"),
      device(2, "Block"),
      '  3 [label="If\\ntarget"];',
      device(4, "Unikernel.Main"),
      "4 -> 3 [];",
      '3 -> 1 [style="dotted", headport="n"];',
      '3 -> 2 [style="dotted", headport="n"];',
      '3 -> 1 [style="bold", style="dotted", headport="n"];',
      ...root(5, 4),
    );
    const two = config.replace(/\(if_impl.*\)$/m, '(block_of_file "other")');
    const sourceMap = readSourceMap(open, two);
    assert.deepEqual(
      sourceMap.locationsOf(1).map(({ label }) => label),
      ['block_of_file "storage"'],
    );
    assert.deepEqual(
      sourceMap.locationsOf(2).map(({ label }) => label),
      ['block_of_file "other"'],
    );
    assert.deepEqual(sourceMap.locationsOf(3).length, 1);
  });

  it("follows functions of config.ml, custom devices and operators", () => {
    const config = `open Mirage
let store = typ Store
let own ?(label = 3) path =
  let connect _ modname = function
    | [ x ] -> code ~pos:__POS__ "%s.connect %s" modname x
    | _ -> assert false
  in
  impl ~connect "Store.Make" (block @-> store)
let over (b : block impl) = own "x" $ b
let cipher = foreign "Cipher" (store @-> job)
let jobs = [ cipher $ (block_of_file "a" |> over) ]
let () = Mirage.register "s" ~reporter:(default_reporter ~level:None ()) jobs`;
    const graph = graphOf(
      device(1, "Block"),
      device(2, "Store.Make"),
      device(3, "Cipher"),
      device(4, "Mirage_logs"),
      "2 -> 1 [];",
      "3 -> 2 [];",
      ...root(5, 4, 3),
    );
    const found = labels(graph, config);
    assert.deepEqual(found["Block"], ['block_of_file "a"']);
    assert.deepEqual(found["Store.Make"], ['impl ~connect "Store.Make" (block @-> store)']);
    assert.deepEqual(found["Cipher"], ['foreign "Cipher" (store @-> job)']);
    assert.deepEqual(
      readSourceMap(graph, config)
        .locationsOf(4)
        .map(({ label }) => label),
      ["default_reporter ~level:None ()"],
    );
    assert.deepEqual(mainsIn(config), ["Cipher"]);
  });

  it("uses the position of the argument for unknown combinators", () => {
    const graph = graphOf(
      device(1, "Netif"),
      device(2, "Odd.Make"),
      device(3, "Odd.Part"),
      device(4, "Unikernel"),
      "2 -> 1 [];",
      "2 -> 3 [];",
      "4 -> 1 [];",
      "4 -> 2 [];",
      ...root(5, 4),
    );
    const config = `let () = Mirage.(register "x" [ main "Unikernel" job $ default_network $ odd_thing default_network ])`;
    const found = labels(graph, config);
    assert.deepEqual(found["Odd.Make"], ["odd_thing default_network"]);
    assert.deepEqual(found["Odd.Part"], ["odd_thing default_network"]);
    assert.deepEqual(found["Netif"], ["default_network", "default_network"]);
  });

  it("finds nothing in unrelated texts, and terminates for any text and graph", () => {
    const graph = recordedGraph("device-usage/network/hvt/describe-dot");
    assert.deepEqual(sourceLocations(graph, "let x = 1", graph.nodes[0] ?? assert.fail()), []);
    const loops =
      'let rec f x = f (f x) let rec g x = g x let () = Mirage.register "x" [ f (g default_network) ]';
    const doubles = Array.from({ length: 60 }, (_, i) => `let a${i + 1} = if_impl k a${i} a${i}`).join("\n");
    for (const text of [loops, `open Mirage let a0 = x ${doubles} let () = register "x" [ a60 $ a60 ]`]) {
      assert.ok(sourceLocations(graph, text, graph.nodes[0] ?? assert.fail()).length <= 1);
    }
    const pieces = networkConfig.match(/\S+\s*|[()[\]]/g) ?? [];
    const words = fc.constantFrom(
      ...pieces,
      "fun x -> ",
      "match ",
      "with | ",
      "in ",
      "if ",
      "(",
      ")",
      "[",
      "]",
      "$ ",
      "@@ ",
      "1 ",
      "; ",
      "~a:",
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60 }), fc.nat(200), (parts, offset) => {
        const sourceMap = readSourceMap(graph, parts.join(""));
        for (const { id } of graph.nodes) sourceMap.locationsOf(id);
        sourceMap.nodesAt(offset);
      }),
    );
    const ring = graphOf(device(1, "Netif"), device(2, "U"), "1 -> 2 [];", "2 -> 1 [];", ...root(3, 2));
    readSourceMap(ring, networkConfig);
  });

  it("reads long and deeply nested texts", () => {
    const graph = recordedGraph("device-usage/network/hvt/describe-dot");
    for (const text of [
      "(",
      "[",
      "let x = ",
      "f $ ",
      "f @@ ",
      "if a then ",
      "fun x -> ",
      "match x with ",
      "a; ",
    ]) {
      readSourceMap(graph, `open Mirage let a = ${text.repeat(20_000)}`);
    }
  });
});

describe("packagesInConfig", () => {
  it("returns the packages in the arguments of the application's main, also from a named list", () => {
    const graph = recordedGraph("device-usage/network/hvt/describe-dot");
    const of = (main: string, path = "Unikernel.Main") => {
      const config = networkConfig.replace('main "Unikernel.Main"', main);
      const node = graph.nodes.find((each) => each.path === path) ?? assert.fail();
      return packagesInConfig(graph, `let packages = [ package "a"; package ~min:"1" "b" ]\n${config}`, node);
    };
    assert.deepEqual(of('main "Unikernel.Main"'), []);
    assert.deepEqual(of('main ~packages "Unikernel.Main"'), ["a", "b"]);
    assert.deepEqual(of('main ~packages:(package "c" :: packages) "Unikernel.Main"'), ["a", "b", "c"]);
    assert.deepEqual(of('main ~packages:[ package "d" ] "Unikernel.Main"'), ["d"]);
    assert.deepEqual(of('main ~packages "Unikernel.Main"', "Netif"), []);
  });
});

describe("nodeAt", () => {
  const graph = recordedGraph("device-usage/network/hvt/describe-dot");
  const at = (before: string, after: string) =>
    marked(graph, networkConfig.replace(before + after, `${before}^${after}`));

  it("returns the node of the innermost expression, name or type", () => {
    assert.deepEqual(at("", "default_network"), ["Netif"]);
    assert.deepEqual(at("generic_sta", "ckv4v6"), ["Tcpip_stack_direct.MakeV4V6"]);
    assert.deepEqual(at("let st", "ack"), ["Tcpip_stack_direct.MakeV4V6"]);
    assert.deepEqual(at("main $ sta", "ck"), ["Tcpip_stack_direct.MakeV4V6"]);
    assert.deepEqual(at("(stack", "v4v6"), ["Tcpip_stack_direct.MakeV4V6"]);
    assert.deepEqual(at('"Unikernel', '.Main"'), ["Unikernel.Main"]);
    assert.deepEqual(at("[ ma", "in $"), ["Unikernel.Main"]);
    assert.equal(at("regi", "ster")[0], "Mirage_runtime");
    assert.deepEqual(at("open ", "Mirage"), []);
  });

  it("returns the node of a parameter of the functor or of start, and of their names", () => {
    const source = `module Main (S : Tcpip.Stack.V4V6) = struct
  let start s = S.listen s
end
`;
    const application = graph.nodes.find(({ id }) => id === graph.application) ?? assert.fail();
    const path = (text: string) =>
      nodeInSource(graph, source, application, source.indexOf(text)).map(
        (id) => graph.nodes.find((node) => node.id === id)?.path,
      );
    assert.deepEqual(path("S : "), ["Tcpip_stack_direct.MakeV4V6"]);
    assert.deepEqual(path("s = S"), ["Tcpip_stack_direct.MakeV4V6"]);
    assert.deepEqual(path("Main"), ["Unikernel.Main"]);
    assert.deepEqual(path("start"), ["Unikernel.Main"]);
    assert.deepEqual(path("listen"), []);
  });
});

describe("functorOf", () => {
  it("finds the functor, its parameters and start, and the file itself for a path of one component", () => {
    const source = "let x = 1\nmodule Main (A : S) (_ : sig type t end) () = struct let start a _ () = a end";
    const header = functorOf(source, "Unikernel.Main");
    assert.deepEqual(
      header?.parameters.map(({ name, type }) => [name, type]),
      [
        ["A", "S"],
        ["_", "sig type t end"],
        [undefined, undefined],
      ],
    );
    assert.equal(source.slice(header.name.start, header.name.end), "Main");
    assert.equal(header.startParameters.length, 3);
    const file = functorOf("let start () = ()", "Unikernel");
    assert.deepEqual([file?.parameters, file?.start], [[], { start: 4, end: 9 }]);
    assert.equal(functorOf(source, "Unikernel.Other"), undefined);
  });

  it("returns the conventional file name of a module path", () => {
    assert.deepEqual(["Unikernel.Main", "Dispatch", "struct end", ""].map(fileOf), [
      "unikernel.ml",
      "dispatch.ml",
      undefined,
      undefined,
    ]);
  });
});
