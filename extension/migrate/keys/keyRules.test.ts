import assert from "node:assert/strict";
import { migrateUnikernel } from "../migrate.ts";
import { header, lines, migrated } from "../testMigration.ts";

describe("Migrating keys", () => {
  it("moves a key with its documentation and default into the code that reads it", () => {
    const { config, unikernel } = migrated(
      lines(
        "open Mirage",
        "",
        "let port =",
        '  let doc = Key.Arg.info ~doc:"The port (TCP)." [ "port" ] in',
        '  Key.(create "port" Arg.(opt int 8080 doc))',
        "",
        "let host =",
        '  let doc = Key.Arg.info [ "host" ] in',
        '  Key.(create "host-name" Arg.(required ~stage:`Run Cmdliner.Arg.string doc))',
        "",
        'let main = foreign ~keys:[ Key.abstract port; Key.v host ] "Unikernel.Main" job',
        'let () = register "x" [ main ]',
      ),
      lines(
        "open Lwt.Infix",
        "",
        "let start () =",
        "  let port = Key_gen.port () in",
        "  listen ~port (Key_gen.host_name ())",
      ),
    );
    assert.equal(
      config,
      lines(
        header,
        "open Mirage",
        "",
        'let main = main "Unikernel.Main" job',
        'let () = register "x" [ main ]',
      ),
    );
    assert.equal(
      unikernel,
      lines(
        "open Lwt.Infix",
        "",
        "let port =",
        '  let doc = Cmdliner.Arg.info ~doc:"The port (TCP)." [ "port" ] in',
        "  Mirage_runtime.register_arg Cmdliner.Arg.(value & opt int 8080 doc)",
        "",
        "let host_name =",
        '  let doc = Cmdliner.Arg.info [ "host" ] in',
        "  Mirage_runtime.register_arg Cmdliner.Arg.(required & opt (some string) None doc)",
        "",
        "let start () =",
        "  let port = port () in",
        "  listen ~port (host_name ())",
      ),
    );
  });

  it("gives a boot argument another name where the code binds its own", () => {
    const { unikernel } = migrated(
      lines(
        "open Mirage",
        'let uri = Key.(create "uri" Arg.(opt string "/" (info [ "uri" ])))',
        'let main = foreign ~keys:[ Key.abstract uri ] "Unikernel" job',
        'let () = register "x" [ main ]',
      ),
      lines("let fetch uri = get uri (Key_gen.uri ())"),
    );
    assert.match(
      unikernel,
      /^let uri_arg =\n {2}Mirage_runtime\.register_arg Cmdliner\.Arg\.\(value & opt string "\/" \(info \[ "uri" \]\)\)\n/,
    );
    assert.match(unikernel, /let fetch uri = get uri \(uri_arg \(\)\)/);
  });

  it("keeps keys for configure time, without their stage", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        "let tls =",
        '  Key.(create "tls" Arg.(flag ~stage:`Configure (info [ "tls" ])))',
        'let main = main "Unikernel.Main" (conduit @-> job)',
        "let stack = generic_stackv4v6 default_network",
        "let conduit = if_impl (Key.value tls) (conduit_direct ~tls:true stack) (conduit_direct stack)",
        'let () = register "x" [ main $ conduit ]',
      ),
    );
    assert.match(config, /Key\.\(create "tls" Arg\.\(flag \(info \[ "tls" \]\)\)\)/);
  });

  describe("that several files read", () => {
    const config = lines(
      "open Mirage",
      'let port = Key.(create "port" Arg.(opt int 80 (info [ "port" ])))',
      'let main = main ~keys:[ Key.v port ] "Unikernel" job',
      'let () = register "x" [ main ]',
    );
    const migrate = (unikernel: string, other: string, hasInterface = false) =>
      migrateUnikernel(
        { path: "config.ml", text: config },
        [
          { path: "unikernel.ml", text: unikernel },
          { path: "other.ml", text: other, hasInterface },
        ],
        "4.11.1",
      );

    it("defines the boot argument in the file that the others use", () => {
      const [first, unikernel, other] = migrate(
        "let start () = Other.run (Key_gen.port ())\n",
        "let run x = x + Key_gen.port ()\n",
      );
      assert.doesNotMatch(first?.text ?? "", /port/);
      assert.equal(unikernel?.text, "let start () = Other.run (Other.port ())\n");
      assert.match(other?.text ?? "", /^let port =\n[^]*\n\nlet run x = x \+ port \(\)\n$/);
      const again = migrateUnikernel(
        { path: "config.ml", text: first?.text ?? "" },
        [unikernel, other].flatMap((each) => each ?? []),
        "4.11.1",
      );
      assert.deepEqual(
        again.flatMap(({ edits }) => edits),
        [],
      );
    });

    it("leaves and lists the key if that file has an interface, or the other binds its name", () => {
      const uses = "let start () = Other.run (Key_gen.port ())\n";
      const binds = "module Main (Other : S) = struct let start () = Key_gen.port () end\n";
      const text = "let run x = x + Key_gen.port ()\n";
      for (const files of [migrate(uses, text, true), migrate(binds, text)]) {
        assert.deepEqual(
          files.map(({ remaining }) => remaining.length),
          [1, 1, 1],
        );
        assert.equal(files[2]?.text, text);
      }
    });
  });

  it("passes a key that a device needs as a boot argument of the code", () => {
    const { config, unikernel } = migrated(
      lines(
        "open Mirage",
        'let program_block_size = Key.(create "program_block_size" Arg.(opt int 16 (info [ "size" ])))',
        'let main = main "Unikernel.Main" (kv_rw @-> job)',
        'let () = register "x" [ main $ chamelon ~program_block_size (block_of_file "disk") ]',
      ),
      lines("module Main (K : Mirage_kv.RW) = struct let start k = K.disconnect k end"),
    );
    assert.match(
      config,
      /let program_block_size = Runtime_arg\.create ~pos:__POS__ "Unikernel\.program_block_size"/,
    );
    assert.match(
      unikernel,
      /let program_block_size =\n {2}Cmdliner\.Arg\.\(value & opt int 16 \(info \[ "size" \]\)\)/,
    );
  });

  it("keeps the other bindings of a let whose first one it removes", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let port = Key.(create "port" Arg.(opt int 80 (info [ "port" ])))',
        "let () =",
        "  let keys = [ Key.v port ]",
        '  and packages = [ package "fmt" ] in',
        '  register "x" [ main ~keys ~packages "Unikernel" job ]',
      ),
    );
    assert.equal(
      config,
      lines(
        header,
        "open Mirage",
        "let () =",
        '  let packages = [ package "fmt" ] in',
        '  register "x" [ main ~packages "Unikernel" job ]',
      ),
    );
  });

  it("removes the stage of a key whose name is not a literal", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        "let level =",
        '  let name = "level" in',
        "  Key.(create name Arg.(opt ~stage:`Run int 1 (info [ name ])))",
        'let main = main ~keys:[ Key.v level ] "Unikernel" job',
        'let () = register "x" [ main ]',
      ),
    );
    assert.match(config, /Arg\.\(opt (?:Cmdliner\.Arg\.)?int 1 \(info/);
  });

  it("names the module of the converters of keys that stay", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let size = Key.(create "size" Arg.(opt int 1 (info [ "size" ])))',
        'let host = Key.(create "host" Arg.(opt (some string) None (info [ "host" ])))',
        'let job = if_impl (Key.map (fun n -> n > 1) (Key.value size)) (main "Unikernel" job) (main "Other" job)',
        'let () = register "x" [ f (Key.value host) job ]',
      ),
    );
    assert.match(config, /Arg\.\(opt Cmdliner\.Arg\.int 1/);
    assert.match(config, /Arg\.\(opt Cmdliner\.Arg\.\(some string\) None/);
  });

  it("writes the environment variable of a key as Cmdliner has it", () => {
    const { config, unikernel } = migrated(
      lines(
        "open Mirage",
        'let a = Key.(create "a" Arg.(opt int 1 (info ~env:"A" [ "a" ])))',
        "let b =",
        '  let doc = Key.Arg.info ~doc:"B" ~env:"B" [ "b" ] in',
        '  Key.(create "b" Arg.(flag doc))',
        'let main = main ~keys:[ Key.v a ] "Unikernel" job',
        'let () = register "x" [ if_impl (Key.value b) main main ]',
      ),
      lines("let start () = f (Key_gen.a ())"),
    );
    assert.match(config, /~env:\(Cmdliner\.Cmd\.Env\.info "B"\)/);
    assert.match(unikernel, /~env:\(Cmdliner\.Cmd\.Env\.info "A"\)/);
  });

  it("keeps line ends of Windows", () => {
    const { unikernel } = migrated(
      lines(
        "open Mirage",
        'let a = Key.(create "a" Arg.(opt int 1 (info [ "a" ])))',
        'let main = foreign ~keys:[ Key.v a ] "Unikernel" job',
        'let () = register "x" [ main ]',
      ).replaceAll("\n", "\r\n"),
      "open Lwt\r\n\r\nlet start () = f (Key_gen.a ())\r\n",
    );
    assert.doesNotMatch(unikernel, /[^\r]\n/);
  });

  it('keeps the other bindings that "and" joins with a removed one', () => {
    const keys = "keys = Key.([ abstract port ])";
    const pairs = [
      [`let ${keys}`, "and packages = []"],
      ["let packages = []", `and ${keys}`],
    ];
    for (const pair of pairs) {
      const { config } = migrated(
        lines(
          "open Mirage",
          "",
          'let port = Key.(create "port" Arg.(opt int 80 (info [ "port" ])))',
          'and host = Key.(create "host" Arg.(opt string "x" (info [ "host" ])))',
          "",
          "let () =",
          `  ${pair.join("\n  ")} in`,
          '  register "x" [ foreign ~keys ~packages "Unikernel.Main" job; foreign ~keys:[ Key.v host ] "Other" job ]',
        ),
        "let start () = listen (Key_gen.port ())\n",
      );
      assert.equal(
        config,
        lines(
          header,
          "open Mirage",
          "",
          "let () =",
          "  let packages = [] in",
          '  register "x" [ main ~packages "Unikernel.Main" job; main "Other" job ]',
        ),
      );
    }
  });

  it("moves a key that has the name of the list that registers it", () => {
    const { config, unikernel } = migrated(
      lines(
        "open Mirage",
        "",
        "let keys =",
        '  let doc = Key.Arg.info ~doc:"keys" ["keys"] in',
        '  Key.(create "keys" Arg.(opt (list string) [] doc))',
        "",
        "let main =",
        '  let packages = [ package "logs" ]',
        "  and keys = Key.([ abstract keys ])",
        "  in",
        '  main ~keys ~packages "Unikernel.Main" job',
        "",
        'let () = register "x" [ main ]',
      ),
      "let start () = use (Key_gen.keys ())\n",
    );
    assert.equal(
      config,
      lines(
        header,
        "open Mirage",
        "",
        "let main =",
        '  let packages = [ package "logs" ]',
        "  in",
        '  main ~packages "Unikernel.Main" job',
        "",
        'let () = register "x" [ main ]',
      ),
    );
    assert.match(unikernel, /^let keys =\n {2}let doc = Cmdliner.Arg.info[^]*use \(keys \(\)\)/);
  });
});
