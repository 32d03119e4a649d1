import assert from "node:assert/strict";
import { header, lines, migrated } from "../testMigration.ts";

describe("Migrating removed devices", () => {
  it("removes console, time, clocks and random from the config, the functor and start together", () => {
    const { config, unikernel } = migrated(
      lines(
        "open Mirage",
        'let main = main "Unikernel.Main" (time @-> stackv4v6 @-> pclock @-> random @-> job)',
        "let time = default_time",
        "let stack = generic_stackv4v6 default_network",
        'let () = register "x" [ main $ time $ stack $ default_posix_clock $ default_random ]',
      ),
      lines(
        "open Lwt.Infix",
        "module Main",
        "    (Time : Mirage_time.S)",
        "    (S : Tcpip.Stack.V4V6)",
        "    (Clock : Mirage_clock.PCLOCK)",
        "    (R : Mirage_random.S) = struct",
        "  module Dns = Dns_client_mirage.Make (R) (Time) (Clock) (S)",
        "  let start _time stack clock _random =",
        "    let now = Clock.now_d_ps clock in",
        "    Time.sleep_ns (Duration.of_sec 1) >>= fun () -> S.listen stack",
        "end",
      ),
    );
    assert.equal(
      config,
      lines(
        header,
        "open Mirage",
        'let main = main "Unikernel.Main" (stackv4v6 @-> job)',
        "let stack = generic_stackv4v6 default_network",
        'let () = register "x" [ main $ stack ]',
      ),
    );
    assert.equal(
      unikernel,
      lines(
        "open Lwt.Infix",
        "module Main",
        "    (S : Tcpip.Stack.V4V6) = struct",
        "  module Dns = Dns_client_mirage.Make (S)",
        "  let start stack =",
        "    let now = Mirage_ptime.now_d_ps () in",
        "    Mirage_sleep.ns (Duration.of_sec 1) >>= fun () -> S.listen stack",
        "end",
      ),
    );
  });

  it("gives start a unit if no device is left", () => {
    const { config, unikernel } = migrated(
      lines(
        "open Mirage",
        'let main = main "Unikernel.Hello" (time @-> job)',
        'let () = register "x" [ main $ default_time ]',
      ),
      lines("module Hello (Time : Mirage_time.S) = struct", "  let start _time = Time.sleep_ns 1L", "end"),
    );
    assert.match(config, /main "Unikernel.Hello" job\n.*\[ main \]/s);
    assert.equal(unikernel, lines("module Hello = struct", "  let start () = Mirage_sleep.ns 1L", "end"));
  });

  it("keeps values of removed devices bound where helper functions still pass them", () => {
    const { unikernel } = migrated(
      lines(
        "open Mirage",
        'let main = main "Unikernel.Main" (mclock @-> job)',
        'let () = register "x" [ main $ default_monotonic_clock ]',
      ),
      lines(
        "module Main (M : Mirage_clock.MCLOCK) = struct",
        "  let now clock = M.elapsed_ns clock",
        "  let start clock =",
        "    ignore (now clock);",
        "    Lwt.return_unit",
        "end",
      ),
    );
    assert.equal(
      unikernel,
      lines(
        "module Main = struct",
        "  let now clock = Mirage_mtime.elapsed_ns ()",
        "  let start () =",
        "    let clock = () in",
        "    ignore (now clock);",
        "    Lwt.return_unit",
        "end",
      ),
    );
  });

  it("changes neither side if the functor does not have the devices of the config", () => {
    const config = lines(
      header,
      "open Mirage",
      'let main = main "Unikernel.Main" (time @-> job)',
      'let () = register "x" [ main $ default_time ]',
    );
    const unikernel = lines("module Main (T : My_time.S) = struct", "  let start t = T.wait t", "end");
    const result = migrated(config, unikernel);
    assert.equal(result.config, config);
    assert.equal(result.unikernel, unikernel);
    assert.deepEqual(result.remaining, ["default_time"]);
  });

  it("does not confuse a device of the file's own with one of mirage", () => {
    const config = lines(
      header,
      "open Mirage",
      "type time = Time",
      "let time = typ Time",
      'let clock = impl "Clock" time',
      'let main = main "Unikernel.Main" (time @-> job)',
      'let () = register "x" [ main $ clock ]',
    );
    assert.equal(migrated(config).config, config);
  });

  it("writes messages of the console with Logs", () => {
    const { unikernel } = migrated(
      lines(
        "open Mirage",
        'let main = foreign "Unikernel.Main" (console @-> job)',
        'let () = register "x" [ main $ default_console ]',
      ),
      lines(
        "module Main (C : Mirage_console.S) = struct",
        "  let start c =",
        '    C.log c "hello" >>= fun () ->',
        '    C.log c (Printf.sprintf "%d" 3) >>= fun () ->',
        "    Lwt_list.iter_s (C.log c) names",
        "end",
      ),
    );
    assert.equal(
      unikernel,
      lines(
        "module Main = struct",
        "  let start () =",
        '    (Logs.info (fun f -> f "hello"); Lwt.return_unit) >>= fun () ->',
        '    (Logs.info (fun f -> f "%s" (Printf.sprintf "%d" 3)); Lwt.return_unit) >>= fun () ->',
        '    Lwt_list.iter_s ((fun s -> Logs.info (fun f -> f "%s" s); Lwt.return_unit)) names',
        "end",
      ),
    );
  });

  it("removes devices of a main that is applied in two steps", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let serve = foreign "Unikernel.Main" (http @-> pclock @-> time @-> block @-> job)',
        "let dispatch = (serve $ server $ default_posix_clock)",
        'let () = register "x" [ dispatch $ default_time $ disk ]',
      ),
    );
    assert.match(config, /\(http @-> block @-> job\)/);
    assert.match(config, /let dispatch = \(serve \$ server\)/);
    assert.match(config, /\[ dispatch \$ disk \]/);
  });

  it("removes the clock of an own device from its type, its arguments, ~connect and its functor", () => {
    const { config, unikernel } = migrated(
      lines(
        "open Mirage",
        "type conn = Conn",
        "let conn = typ Conn",
        'let main = main "App.Main" (conn @-> job)',
        "let conn =",
        "  let connect _ modname = function",
        "    | [ _pclock; _stack; ctx ] -> code ~pos:__POS__ {ocaml|%s.connect %s|ocaml} modname ctx",
        "    | _ -> assert false in",
        '  impl ~connect "Unikernel.Make" (pclock @-> stackv4v6 @-> mimic @-> conn)',
        "let conn = conn $ default_posix_clock $ stack $ mimic",
        'let () = register "x" [ main $ conn ]',
      ),
      lines(
        "module Make (P : Mirage_clock.PCLOCK) (S : Tcpip.Stack.V4V6) (M : M.S) = struct",
        "  let connect ctx = P.now_d_ps ()",
        "end",
      ),
    );
    assert.match(config, /\| \[ _stack; ctx \] ->/);
    assert.match(config, /\(stackv4v6 @-> mimic @-> conn\)/);
    assert.match(config, /let conn = conn \$ stack \$ mimic/);
    assert.equal(
      unikernel,
      lines(
        "module Make (S : Tcpip.Stack.V4V6) (M : M.S) = struct",
        "  let connect ctx = Mirage_ptime.now_d_ps ()",
        "end",
      ),
    );
  });

  it("keeps an own device whose ~connect uses the clock", () => {
    const config = lines(
      header,
      "open Mirage",
      "let conn =",
      '  let connect _ m = function [ clock ] -> code ~pos:__POS__ "%s.connect %s" m clock | _ -> assert false in',
      '  impl ~connect "Conn.Make" (pclock @-> conn)',
      "let conn = conn $ default_posix_clock",
    );
    assert.deepEqual(migrated(config).remaining, ["default_posix_clock"]);
    assert.equal(migrated(config).config, config);
  });
});
