import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../scripts/programs.ts";
import { readConfigSource } from "../../extension/mirage/config/parseConfig.ts";
import { mismatches, type Mismatch } from "./mainMismatch.ts";
import type { Edit, MismatchFix } from "../../extension/mirage/config/mismatchFixes.ts";
import { readSource } from "../../extension/ocaml/functors.ts";

const skeleton = join(root, "test-workspace", "recordings", "mirage-skeleton");

const check = (config: string, unikernel: string): Mismatch[] =>
  mismatches({
    config: readConfigSource(config),
    source: (module) => (module === "Unikernel" ? readSource(unikernel) : undefined),
  });

const applied = (text: string, edits: readonly Edit[]): string =>
  edits
    .toReversed()
    .toSorted((a, b) => b.span.start - a.span.start)
    .reduce(
      (all, { span, text: inserted }) => all.slice(0, span.start) + inserted + all.slice(span.end),
      text,
    );

const after = (fix: MismatchFix | undefined, config: string, unikernel: string) => {
  const edits = fix?.edits ?? [];
  return {
    config: applied(
      config,
      edits.filter(({ file }) => file === "config"),
    ),
    unikernel: applied(
      unikernel,
      edits.filter(({ file }) => file === "source"),
    ),
  };
};

const config = (type: string, job: string, more = "") =>
  `open Mirage\nlet main = main "Unikernel.Main"${more} ${type}\nlet () = register "u" [ ${job} ]\n`;
const unikernel = (parameters: string, start: string, body = "Lwt.return_unit") =>
  `module Main${parameters} = struct\n  let start${start} = ${body}\nend\n`;

describe("mismatches", () => {
  it("reports nothing for the examples of mirage-skeleton", () => {
    for (const file of globSync("**/config.ml", { cwd: skeleton })) {
      const folder = join(skeleton, dirname(file));
      const text = (name: string) => readFileSync(join(folder, name), "utf8");
      const files = new Map(
        globSync("*.ml", { cwd: folder }).map((name) => [name[0]?.toUpperCase() + name.slice(1, -3), name]),
      );
      const source = (module: string) => {
        const name = files.get(module);
        return name === undefined ? undefined : readSource(text(name));
      };
      assert.deepEqual(mismatches({ config: readConfigSource(text("config.ml")), source }), [], file);
    }
  });

  it("reports a surplus type in both files, with a fix for each", () => {
    const [c, u] = [
      config("(network @-> kv_ro @-> job)", "main $ default_network $ disk"),
      unikernel(" (KV : Mirage_kv.RO)", " kv"),
    ];
    const [found, ...others] = check(c, u);
    assert.deepEqual(others, []);
    assert.equal(found?.kind, "arity");
    assert.match(
      found.config.message,
      /passes 2 devices to Unikernel.Main, but the functor Main takes 1 parameter/,
    );
    assert.equal(c.slice(found.config.span.start, found.config.span.end), "(network @-> kv_ro @-> job)");
    assert.equal(u.slice(found.source?.span.start, found.source?.span.end), "Main (KV : Mirage_kv.RO)");
    const [add, remove] = found.fixes.map((fix) => after(fix, c, u));
    assert.equal(add?.unikernel, unikernel(" (N : Mirage_net.S) (KV : Mirage_kv.RO)", " _n kv"));
    assert.equal(add.config, c);
    assert.equal(remove?.config, config("(kv_ro @-> job)", "main $ disk"));
    assert.equal(remove.unikernel, u);
  });

  it("reports a surplus parameter, with a fix for each file", () => {
    const [c, u] = [
      config("(kv_ro @-> job)", "main $ disk"),
      unikernel(" (KV : Mirage_kv.RO) (S : Tcpip.Stack.V4V6)", " kv s"),
    ];
    const [found] = check(c, u);
    const [add, remove] = found?.fixes.map((fix) => after(fix, c, u)) ?? [];
    assert.equal(
      add?.config,
      config("(kv_ro @-> stackv4v6 @-> job)", "main $ disk $ (generic_stackv4v6 default_network)"),
    );
    assert.equal(remove?.unikernel, unikernel(" (KV : Mirage_kv.RO)", " kv"));
  });

  it("offers fixes from and to a module without parameters", () => {
    const [c, u] = [config("job", "main"), unikernel(" (B : Mirage_block.S)", " b")];
    const [add, remove] = check(c, u)[0]?.fixes.map((fix) => after(fix, c, u)) ?? [];
    assert.equal(add?.config, config("(block @-> job)", 'main $ (block_of_file "disk")'));
    assert.equal(remove?.unikernel, unikernel("", " ()"));
    const [c2, u2] = [config("(block @-> job)", "main $ b"), unikernel("", " ()")];
    const [grow, shrink] = check(c2, u2)[0]?.fixes.map((fix) => after(fix, c2, u2)) ?? [];
    assert.equal(grow?.unikernel, unikernel(" (B : Mirage_block.S)", " _b"));
    assert.equal(shrink?.config, config("(job)", "main"));
  });

  it("reports nothing after any of its fixes was applied", () => {
    const cases = [
      [
        config("(network @-> kv_ro @-> block @-> job)", "main $ a $ b $ c"),
        unikernel(" (B : Mirage_block.S)", " b"),
      ],
      [
        config("(kv_ro @-> job)", "main $ a"),
        unikernel(" (K : Mirage_kv.RO)\n    (N : Mirage_net.S)\n    (B : Mirage_block.S)", " k n b"),
      ],
      [config("(kv_ro @-> job)", "main $ a"), unikernel(" (N : Mirage_net.S)", " n")],
      [config("(kv_ro @-> kv_ro @-> job)", "main $ a $ b"), unikernel(" (K : Mirage_kv.RO)", " k")],
      [
        config("(kv_ro @-> job)", "main $ a"),
        "module Main = functor (K : Mirage_kv.RO) (N : Mirage_net.S) -> struct let start k n = f >>= g end",
      ],
      [config("(block @-> job)", "main $ a"), unikernel(" (K : Mirage_block.S)", " k extra")],
      [config("(block @-> job)", "main $ a"), unikernel(" (K : Mirage_block.S)", "")],
      [config("job", "main"), unikernel("", "")],
    ] as const;
    for (const [c, u] of cases) {
      const fixes = check(c, u).flatMap((found) => found.fixes);
      assert.ok(fixes.length > 0, u);
      for (const fix of fixes) {
        const fixed = after(fix, c, u);
        assert.deepEqual(
          check(fixed.config, fixed.unikernel),
          [],
          `${fix.title}\n${fixed.config}${fixed.unikernel}`,
        );
      }
    }
  });

  it("reports a device of the wrong type", () => {
    const [c, u] = [config("(stackv4v6 @-> job)", "main $ s"), unikernel(" (K : Mirage_kv.RO)", " k")];
    const [found] = check(c, u);
    assert.equal(found?.kind, "type");
    assert.equal(c.slice(found.config.span.start, found.config.span.end), "stackv4v6");
    assert.match(
      found.config.message,
      /a stackv4v6 \(Tcpip.Stack.V4V6\), but its parameter K has the module type Mirage_kv.RO/,
    );
  });

  it("reports nothing for unknown types and module types", () => {
    for (const [type, signature] of [
      ["conn", "Mirage_kv.RO"],
      ["kv_rw", "Mirage_kv.RO"],
      ["http", "HTTP"],
      ["git_client", "sig end"],
      ["stackv4v6", "My.Stack.S"],
      ["stackv4v6", "Tcpip.Stack.V4V6 with type t = int"],
      ["ipv4", "Tcpip.Ip.S"],
    ] as const) {
      assert.deepEqual(
        check(config(`(${type} @-> job)`, "main $ x"), unikernel(` (X : ${signature})`, " x")),
        [],
        type,
      );
    }
    for (const text of [
      "module Main = F (X)",
      "include Other",
      "module Main (A : S",
      "module Main (A : S) () = struct end",
    ]) {
      assert.deepEqual(check(config("(kv_ro @-> block @-> job)", "main $ a $ b"), text), [], text);
    }
  });

  it("reports nothing about devices that config.ml makes itself, which may have any module", () => {
    const own = `impl ~connect:(fun _ m -> function _ -> code ~pos:__POS__ "%s.connect" m) "Own_client.Make"`;
    const made = `let http_client = ${own} (tcpv4v6 @-> mimic @-> http_client)`;
    const u = unikernel(" (H : Http_mirage_client.S)", " _h");
    for (const text of [
      `open Mirage
       let main = main "Unikernel.Main" (http_client @-> job)
       ${made}
       let () = register "x" [ main $ (http_client $ tcp $ mimic) ]`,
      `open Mirage
       let main = main "Unikernel.Main" (http_client @-> job)
       let client tcp = ${own} (tcpv4v6 @-> http_client) $ tcp
       let wrapped tcp = let c = client tcp in if_impl Key.is_solo5 c (cohttp_client a b)
       let () = register "x" [ main $ wrapped tcp ]`,
      `let client = Mirage.impl "Own_client" Mirage.http_client
       let main = Mirage.main "Unikernel.Main" Mirage.(http_client @-> job)
       let () = Mirage.register "x" [ main $ client ]`,
      `open Mirage
       let m c = main "Unikernel.Main" (http_client @-> job) $ c
       let () = register "x" [ m (of_device (Device.v "Own_client" http_client)) ]`,
      `open Mirage
       let client = ${own} (http_client)
       let () = register "x" [ main "Unikernel.Main" (http_client @-> job) $ List.hd [ client ] ]`,
    ])
      assert.deepEqual(check(text, u), [], text);
  });

  it("reports nothing about types that are not mirage's although they have its names", () => {
    const u = unikernel(" (H : Http_mirage_client.S)", " _h");
    const job = `register "x" [ m $ cohttp_client a b ]`;
    for (const text of [
      `open Mirage let http_client = typ Http_client let m = main "Unikernel.Main" (http_client @-> job) let () = ${job}`,
      `open Mirage type http_client = Http_client let m = main "Unikernel.Main" (http_client @-> job) let () = ${job}`,
      `open Mirage let m = let http_client = typ X in main "Unikernel.Main" (http_client @-> job) let () = ${job}`,
      `open Mirage let f http_client = main "Unikernel.Main" (http_client @-> job) let m = f t let () = ${job}`,
      `open Mirage open Devices let m = main "Unikernel.Main" (http_client @-> job) let () = ${job}`,
      `open Mirage let m = main "Unikernel.Main" Devices.(http_client @-> job) let () = ${job}`,
      `open Mirage let m = let open Devices in main "Unikernel.Main" (http_client @-> job) let () = ${job}`,
      `open Mirage let m = main "Unikernel.Main" (Devices.http_client @-> job) let () = ${job}`,
      `open Mirage let f (type a) (ty : a typ) = main "Unikernel.Main" (ty @-> job) let m = f x let () = ${job}`,
    ])
      assert.deepEqual(check(text, u), [], text);
  });

  it("reports nothing about the number of devices where the names main and job are the file's own", () => {
    const u = unikernel(" (K : Mirage_kv.RO) (B : Mirage_block.S)", " _k _b");
    for (const text of [
      `open Mirage let main m ty = main m (block @-> ty) let u = main "Unikernel.Main" (kv_ro @-> job)`,
      `open Mirage let main m ty = f m ty let u = main "Unikernel.Other" (kv_ro @-> job)`,
      `open Mirage let f job = main "Unikernel.Main" (kv_ro @-> job)`,
      `open Mirage let job = block @-> job let m = main "Unikernel.Main" (kv_ro @-> job)`,
    ])
      assert.deepEqual(check(text, u), [], text);
  });

  it("still reports a device of mirage's own in a file that makes others itself", () => {
    const c = `open Mirage
      let own = impl "Own" (block)
      let disk = generic_kv_ro "t"
      let m = Mirage.main "Unikernel.Main" (block @-> kv_ro @-> job)
      let () = register "x" [ m $ own $ disk ]`;
    const u = unikernel(" (H : Http_mirage_client.S) (S : Tcpip.Stack.V4V6)", " _h _s");
    assert.deepEqual(
      check(c, u).map(({ kind, config: { span } }) => [kind, c.slice(span.start, span.end)]),
      [["type", "kv_ro"]],
    );
  });

  it("offers no fix that writes a name of mirage which the file has given another meaning", () => {
    const surplus = unikernel(" (B : Mirage_block.S) (K : Mirage_kv.RO)", " b k");
    const titles = (text: string, u: string) =>
      check(text, u).flatMap(({ fixes }) => fixes.map((fix) => fix.title));
    const own = `open Mirage let kv_ro = typ Own let m = main "Unikernel.Main" (block @-> job)`;
    assert.deepEqual(titles(own, surplus), ["Remove the parameter K of Main in unikernel.ml"]);
    const twice = `open Mirage let http_client = typ X let m = main "Unikernel.Main" (block @-> http_client @-> job)`;
    assert.deepEqual(titles(twice, unikernel(" (B : Mirage_block.S)", " b")), [
      "Remove http_client from the type in config.ml",
    ]);
  });

  it("reports a module that the file does not define", () => {
    const c = config("job", "main");
    const u = "module Client = struct let start () = () end\n";
    const [found] = check(c, u);
    assert.equal(
      found?.config.message,
      "unikernel.ml has no module Main. It has a start function in Unikernel.Client.",
    );
    assert.match(after(found?.fixes[0], c, u).config, /main "Unikernel.Client" job/);
  });

  it("counts the arguments of start: devices, dependencies and runtime arguments", () => {
    const c = config("(kv_ro @-> job)", "main $ a", " ~deps:[ dep x ] ~runtime_args:[ y; z ]");
    assert.deepEqual(check(c, unikernel(" (K : Mirage_kv.RO)", " k x y z")), []);
    const [few] = check(c, unikernel(" (K : Mirage_kv.RO)", " k x"));
    assert.match(
      few?.config.message ?? "",
      /4 arguments to start \(kv_ro, ~deps, ~runtime_args\), but it takes 2/,
    );
    const unknown = config("(kv_ro @-> job)", "main $ a", " ~runtime_args");
    assert.deepEqual(check(unknown, unikernel(" (K : Mirage_kv.RO)", " a b c d e")), []);
    assert.deepEqual(
      check(config("(kv_ro @-> job)", "main $ a"), unikernel(" (K : Mirage_kv.RO)", "", "helper")),
      [],
    );
  });

  it("counts named lists whose length is certain", () => {
    const main = `main ~runtime_args "Unikernel.Main" (kv_ro @-> job)`;
    const bound = "let runtime_args = [ y; z ]";
    const certain = [
      `${bound}\nlet m = ${main}`,
      `let m =\n  ${bound} in\n  ${main}`,
      `let a =\n  let runtime_args = [ x ] in\n  f ~runtime_args\nlet m =\n  ${bound} in\n  ${main}`,
      `${bound}\nlet m = main ~runtime_args:runtime_args "Unikernel.Main" (kv_ro @-> job)`,
    ];
    for (const text of certain) {
      assert.deepEqual(check(text, unikernel(" (K : Mirage_kv.RO)", " k y z")), [], text);
      const [found] = check(text, unikernel(" (K : Mirage_kv.RO)", " k y z extra"));
      assert.match(found?.config.message ?? "", /3 arguments to start \(kv_ro, ~runtime_args\)/, text);
    }
    const hidden = `let runtime_args = [ x ]\n${bound}\nlet n = 1\nlet m = ${main}`;
    assert.deepEqual(check(hidden, unikernel(" (K : Mirage_kv.RO)", " k y z")), []);
    const uncertain = [
      `${bound}\nlet m ~runtime_args = ${main}`,
      `${bound} @ more\nlet m = ${main}`,
      `let m =\n  ${bound} in\n  let runtime_args = x :: runtime_args in\n  ${main}`,
      `${bound}\nlet m = match x with runtime_args -> ${main}`,
      `${bound}\nlet m = ${main.replace("~", "?")}`,
      `let m = ${main}`,
    ];
    for (const text of uncertain)
      assert.deepEqual(check(text, unikernel(" (K : Mirage_kv.RO)", " k a b c d")), [], text);
  });

  it("reports nothing while a comment or string is not closed", () => {
    const call = `let m = main "Unikernel.Main" (block @-> job)`;
    for (const opening of ['(* a " ', "(* ", 'let s = "', "let s = {|"])
      assert.deepEqual(check(call, `${opening}\nmodule Main (B : Mirage_block.S) = struct end`), [], opening);
  });
});
