import assert from "node:assert/strict";
import { parseDescription } from "../graph/dot/parseDescription.ts";
import { combinators } from "./combinators.ts";
import { readConfigSource } from "./config/parseConfig.ts";
import { combinatorMarkdown, typeMarkdown } from "../../language-bridge/features/documentation.ts";
import { implementationsOf } from "../../language-bridge/features/implementations.ts";
import { configMigrations, headerEdit, migratedOption, sourceMigrations } from "./migrations.ts";
import { lockedVersions, providersOf, unboundModule } from "./modules.ts";
import { renameSpans, mainTargets } from "./config/mainTargets.ts";
import { packageEdits } from "./config/packageEdits.ts";
import type { Span } from "../ocaml/brackets.ts";
import { readSource } from "../ocaml/functors.ts";

const applied = (
  text: string,
  edits: readonly { readonly span: Span; readonly text: string }[] = [],
): string =>
  edits
    .toReversed()
    .toSorted((a, b) => b.span.start - a.span.start)
    .reduce((all, { span, text: put }) => all.slice(0, span.start) + put + all.slice(span.end), text);

describe("migrations", () => {
  const old = `open Mirage
let main = main "Unikernel.Main" (time @-> pclock @-> stackv4v6 @-> job)
let () = register "u" [ main $ default_time $ default_posix_clock $ generic_stackv4v6 ~tcp:(f x) net ]
`;
  it("remove what the version no longer has from config.ml", () => {
    const config = readConfigSource(old);
    assert.deepEqual(configMigrations(old, config, "4.8.2"), []);
    assert.deepEqual(
      configMigrations(old, config, "4.9.0").map(({ since }) => since),
      ["4.9.0", "4.9.0"],
    );
    const all = configMigrations(old, config, "4.11.1");
    assert.equal(
      applied(
        old,
        all.flatMap(({ edits }) => edits),
      ),
      `open Mirage\nlet main = main "Unikernel.Main" (stackv4v6 @-> job)\nlet () = register "u" [ main $ generic_stackv4v6 net ]\n`,
    );
    assert.match(
      all[0]?.message ?? "",
      /time is no longer a functor argument; code uses the module Mirage_sleep directly/,
    );
  });

  it("ignore names that the file binds itself", () => {
    const text = `let time = typ T\nlet m = main "U.M" (time @-> job)\nlet f ~tcp = g ~tcp x`;
    assert.deepEqual(configMigrations(text, readConfigSource(text), "4.11.1"), []);
  });

  it("remove devices with another name, and the binding with its only use", () => {
    const text = `let main = main "U.M" (random @-> time @-> stackv4v6 @-> job)
let random = default_random
let time = default_time
let stack = generic_stackv4v6 default_network
let () = register "u" [ main $ random $ time $ stack ]
`;
    const migrated = (whole: string) =>
      applied(
        whole,
        configMigrations(whole, readConfigSource(whole), "4.11.1").flatMap(({ edits }) => edits),
      );
    const rest = `let main = main "U.M" (stackv4v6 @-> job)
let stack = generic_stackv4v6 default_network
let () = register "u" [ main $ stack ]
`;
    assert.equal(migrated(text), rest);
    const secondUse = "let other = f time\n";
    assert.equal(
      migrated(text + secondUse),
      rest.replace("let stack", "let time = default_time\nlet stack") + secondUse,
    );
  });

  it("ignore random alone and labels of other functions", () => {
    for (const text of [
      `let m = main "U.M" (random @-> job)\nlet () = register "u" [ m $ default_random ]`,
      "let s = generic_stackv4v6 net |> logged ~tcp:true",
      "let s = logged ~tcp:true (generic_stackv4v6 net)",
    ])
      assert.deepEqual(configMigrations(text, readConfigSource(text), "4.11.1"), [], text);
  });

  it("replace names in OCaml code and options", () => {
    const text = "let port = Mirage_runtime.register Arg.(value x)\nlet b = Mirage_runtime.register_arg y";
    assert.equal(
      applied(
        text,
        sourceMigrations(text, "4.11.0").flatMap(({ edits }) => edits),
      ),
      text.replace("register ", "register_arg "),
    );
    assert.deepEqual(sourceMigrations(text, "4.10.6"), []);
    assert.deepEqual(migratedOption("--dhcp=false", "4.11.0"), ["--no-dhcp"]);
    assert.deepEqual(migratedOption("--management-dhcp=false", "4.11.0"), ["--management-no-dhcp"]);
    assert.deepEqual(migratedOption("--dhcp=true", "4.11.0"), []);
    assert.deepEqual(migratedOption("--dns_servers=tcp:1.1.1.1", "4.11.0"), ["--dns-servers=tcp:1.1.1.1"]);
    for (const [option, renamed] of [
      ["--management-dns_servers=1.1.1.1", "--management-dns-servers=1.1.1.1"],
      ["--my_net-dns_cache_size=2", "--my_net-dns-cache-size=2"],
      ["--dns-a-he_connect_timeout=he_x-dns_y", "--dns-a-he-connect-timeout=he_x-dns_y"],
      ["management-he_aaaa_timeout", "management-he-aaaa-timeout"],
      ["--no-dhcp-net-dhcp=false", "--no-dhcp-net-no-dhcp"],
    ] as const)
      assert.deepEqual(migratedOption(option, "4.11.0"), [renamed], option);
    for (const unchanged of [
      "--no-dhcp",
      "--management-no-dhcp",
      "--net=host",
      "--dns-servers=a_b",
      "--x-dns-servers=dns_b",
    ])
      assert.equal(migratedOption(unchanged, "4.11.1"), undefined);
    assert.equal(migratedOption("--dhcp=false", "4.10.0"), undefined);
  });

  it("add or replace the version header", () => {
    const header = "(* mirage >= 4.11.0 & < 4.12.0 *)";
    assert.equal(applied("open Mirage\n", [headerEdit("open Mirage\n", header)]), `${header}\nopen Mirage\n`);
    const text = "(* mirage >= 4.4.0 & < 4.9.0 *)\r\nopen Mirage";
    assert.equal(applied(text, [headerEdit(text, header)]), `${header}\r\nopen Mirage`);
  });
});

describe("packages of unbound modules", () => {
  const locked = lockedVersions('depends: [\n  "lwt" {= "6.1.1" & ?vendor}\n  "my-own.lib" {= "1"}\n]');

  it("are found in the table or by their name in the lock file", () => {
    assert.equal(unboundModule("Unbound module Hxd_string.C\nHint: no"), "Hxd_string");
    assert.equal(unboundModule("Unbound value x"), undefined);
    assert.deepEqual(providersOf("Hxd_string", locked), [{ package: "hxd", sublib: "string" }]);
    assert.deepEqual(providersOf("My_own_lib", locked), [{ package: "my-own.lib", sublib: undefined }]);
    assert.deepEqual(providersOf("Nowhere", locked), []);
    const libraries = [
      ["Logs_syslog_mirage", "logs-syslog", "mirage"],
      ["Mirage_runtime_network", "mirage-runtime", "network"],
      ["Ipv4_packet", "tcpip", "ipv4"],
      ["Static_ipv4", "tcpip", "ipv4"],
      ["Icmpv4_packet", "tcpip", "icmpv4"],
      ["Udp_packet", "tcpip", "udp"],
      ["Dns_trie", "dns-server", undefined],
    ] as const;
    for (const [module, name, sublib] of libraries)
      assert.deepEqual(providersOf(module, new Map()), [{ package: name, sublib }]);
    assert.equal(locked.get("lwt"), "6.1.1");
  });

  it("are added to the existing list of packages", () => {
    const add = (text: string, name: string, sublib?: string) => {
      const edits = packageEdits(readConfigSource(text), { package: name, sublib });
      return edits && applied(text, edits);
    };
    assert.equal(add('let m = main "U" job', "fmt"), 'let m = main ~packages:[ package "fmt" ] "U" job');
    assert.equal(
      add('let m = main ~packages:[ package "a" ~min:"1" ] "U" job', "hxd", "core"),
      'let m = main ~packages:[ package "a" ~min:"1"; package "hxd" ~sublibs:[ "core" ] ] "U" job',
    );
    assert.equal(
      add('let packages = [ package "a" ]\nlet m = main ~packages "U" job', "b"),
      'let packages = [ package "a"; package "b" ]\nlet m = main ~packages "U" job',
    );
    assert.equal(
      add('let m = main ~packages:[] "U" job', "b"),
      'let m = main ~packages:[ package "b" ] "U" job',
    );
    const present = 'let m = main ~packages:[ package "hxd" ~sublibs:[ "core" ] ] "U" job';
    assert.equal(add(present, "hxd", "string"), present.replace('"core"', '"core"; "string"'));
    assert.equal(add(present, "hxd", "core"), undefined);
    assert.equal(add('let m = main ~packages:(f x) "U" job', "b"), undefined);
  });
});

describe("names and documentation", () => {
  it("renames a module where it is named, defined and used, and nothing else", () => {
    const config = readConfigSource('let a = main "Unikernel.Main" job let b = main "Unikernel.Other" job');
    const source =
      "module Main = struct let start () = () end\nmodule Other = struct include Main let x = Main.start let y = X.Main.z end";
    const all = mainTargets(config, () => readSource(source));
    const [first] = all;
    assert.ok(first);
    const edits = renameSpans(all, first, source);
    assert.equal(edits.filter(({ file }) => file === "config").length, 1);
    assert.equal(
      applied(
        source,
        edits.filter(({ file }) => file === "source").map(({ span }) => ({ span, text: "New" })),
      ),
      source
        .replace("module Main", "module New")
        .replace("include Main", "include New")
        .replace("= Main.", "= New."),
    );
  });

  it("finds the module of each parameter in a graph", () => {
    const { graph } = parseDescription(`Name       network
Keys       target=hvt
Output     -digraph G {
  1 [label="netif__1\\nNetif\\n", shape="box"];
  2 [label="unikernel_main__2\\nUnikernel.Main\\n", shape="box"];
  2 -> 1;
}
`);
    assert.ok(graph);
    assert.deepEqual(implementationsOf(graph, "Unikernel.Main"), ["Netif"]);
    assert.equal(implementationsOf(graph, "Unikernel.Other"), undefined);
    assert.match(
      combinatorMarkdown("default_network", "hvt", graph) ?? "",
      /\*\*Currently for hvt:\*\* `Netif`/,
    );
  });

  it("documents every entry of the tables and nothing else", () => {
    for (const name of Object.keys(combinators))
      assert.match(combinatorMarkdown(name, undefined, undefined) ?? "", /```ocaml/, name);
    assert.match(typeMarkdown("stackv4v6") ?? "", /Tcpip\.Stack\.V4V6/);
    assert.match(typeMarkdown("job") ?? "", /task/);
    for (const name of ["toString", "constructor", "nothing"]) {
      assert.equal(combinatorMarkdown(name, undefined, undefined), undefined);
      assert.equal(typeMarkdown(name), undefined);
    }
  });
});
