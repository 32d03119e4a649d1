import assert from "node:assert/strict";
import { header, lines, migrated } from "./testMigration.ts";

describe("Migrating main and register", () => {
  it("replaces foreign and a header for an older mirage, and keeps comments and layout", () => {
    const { config } = migrated(
      lines(
        "(* mirage >= 4.3.0 & < 4.5.0 *)",
        "open Mirage",
        "",
        "(* the shop *)",
        "let main   = foreign",
        '    "Unikernel.Main" (block @-> job)',
        'let () = register "shop" [ main $ block_of_file "disk" ]',
      ),
    );
    assert.equal(
      config,
      lines(
        header,
        "open Mirage",
        "",
        "(* the shop *)",
        "let main   = main",
        '    "Unikernel.Main" (block @-> job)',
        'let () = register "shop" [ main $ block_of_file "disk" ]',
      ),
    );
  });

  it("qualifies main where the file has bound the name", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let main = foreign "Unikernel.Main" job',
        'let second = foreign "Second.Main" job',
        'let () = register "x" [ main; second ]',
      ),
    );
    assert.match(config, /let main = main "Unikernel.Main"/);
    assert.match(config, /let second = Mirage.main "Second.Main"/);
  });

  it("moves the packages of register to main", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let main = main ~packages:[ package "fmt" ] "Unikernel.Main" job',
        "let () =",
        '  let packages = [ package "duration"; package "lwt" ] in',
        '  register ~packages "x" [ main ]',
      ),
    );
    assert.equal(
      config,
      lines(
        header,
        "open Mirage",
        'let main = main ~packages:[ package "fmt"; package "duration"; package "lwt" ] "Unikernel.Main" job',
        "let () =",
        '  register "x" [ main ]',
      ),
    );
  });

  it("moves packages that a list with inner definitions names above main", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        "let packages =",
        '  let pin = "git+https://example.org/a.git" in',
        '  [ package ~pin "a" ]',
        'let server = foreign "Unikernel.Main" job',
        'let () = register "x" ~packages [ server ]',
      ),
    );
    assert.match(config, /let server = main ~packages "Unikernel.Main" job/);
    assert.match(config, /register "x" \[ server \]/);
  });

  it("removes a boot argument that only a removed label used", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let timeout = Runtime_arg.create ~pos:__POS__ "Unikernel.timeout"',
        'let main = main "Unikernel.Main" (dns_client @-> job)',
        "let stack = generic_stackv4v6 default_network",
        'let () = register "x" [ main $ generic_dns_client ~timeout stack ]',
      ),
    );
    assert.doesNotMatch(config, /timeout/);
  });

  it("moves packages that are defined below main with their definition, unless that uses what is between", () => {
    const text = (between: string) =>
      lines(
        "open Mirage",
        'let job = main "Unikernel.Main" (stackv4v6 @-> job)',
        between,
        "let packages =",
        '  let pin = "git+https://example.org/paf.git" in',
        '  [ package ~pin "paf" ]',
        'let () = register "x" ~packages [ job $ stack ]',
      );
    const { config } = migrated(text("let stack = generic_stackv4v6 default_network"));
    assert.equal(
      config,
      lines(
        header,
        "open Mirage",
        "let packages =",
        '  let pin = "git+https://example.org/paf.git" in',
        '  [ package ~pin "paf" ]',
        "",
        'let job = main ~packages "Unikernel.Main" (stackv4v6 @-> job)',
        "let stack = generic_stackv4v6 default_network",
        'let () = register "x" [ job $ stack ]',
      ),
    );
    assert.deepEqual(migrated(text('let pin = "x"')).remaining, ["~packages"]);
  });

  it("writes the abstract of keys and the one of devices differently", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let port = Key.abstract Key.(create "port" Arg.(opt int 80 (info ["port"])))',
        "let keys = Key.[ abstract host; abstract port ]",
        'let main = main ~extra_deps:[ abstract logger ] "Unikernel.Main" job',
        'let () = register "x" [ main ]',
      ),
    );
    assert.match(config, /Key\.v Key\.\(create/);
    assert.match(config, /Key\.\[ v host; v port \]/);
    assert.match(config, /~deps:\[ dep logger \]/);
  });

  it("renames the label ~ocamlfind of packages", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let main = main ~packages:[ package ~ocamlfind:[] "rrd"; package ~libs:[] "a" ] "U" job',
      ),
    );
    assert.match(config, /\[ package ~libs:\[\] "rrd"; package ~libs:\[\] "a" \]/);
  });
});
