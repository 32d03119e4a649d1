import assert from "node:assert/strict";
import { lines, migrated } from "./testMigration.ts";

describe("Migrating dependencies that mirage has no longer", () => {
  it("removes the dependency on nocrypto, with an empty list", () => {
    const config = (deps: string) =>
      migrated(
        lines(
          "open Mirage",
          `let main = foreign ${deps} "Unikernel.Main" job`,
          'let () = register "x" [ main ]',
        ),
      ).config;
    assert.match(config("~deps:[abstract nocrypto]"), /let main = main "Unikernel.Main" job/);
    assert.match(config("~deps:[abstract nocrypto; abstract x]"), /main ~deps:\[dep x\] "Unikernel.Main"/);
  });

  it("removes the dependency on nocrypto from a list that has a name, and its parameter of start", () => {
    const config = (deps: string) =>
      lines(
        "open Mirage",
        `let deps = ${deps} (* seeds *)`,
        'let main = foreign ~deps "Unikernel.Main" (console @-> pclock @-> job)',
        'let () = register "x" [ main $ default_console $ default_posix_clock ]',
      );
    const source = (parameter: string, devices = "") =>
      lines(`module Main${devices} = struct`, `  let start ${parameter} = Lwt.return_unit`, "end");
    const devices = " (C : Mirage_console.S) (P : Mirage_clock.PCLOCK)";
    const only = migrated(config("[ abstract nocrypto ]"), source("_c _p _nocrypto", devices));
    assert.doesNotMatch(only.config, /deps|nocrypto/);
    assert.equal(only.unikernel, source("()"));
    const first = migrated(config("[ abstract nocrypto; abstract x ]"), source("_c _p _ x", devices));
    assert.match(first.config, /let deps = \[ dep x \] \(\* seeds \*\)/);
    assert.equal(first.unikernel, source("x"));
    const last = migrated(config("[ abstract x; abstract nocrypto ]"), source("_c _p x seed", devices));
    assert.equal(last.unikernel, source("x seed"), "a parameter that the code names was removed");
  });

  it("replaces the fields of app_info by those of dune-build-info", () => {
    const config = (deps: string) =>
      lines(
        "open Mirage",
        `let main = main ~deps:[ ${deps} ] ~packages:[ package "logs" ] "Unikernel.Main" (stackv4 @-> job)`,
        'let () = register "x" [ main $ net ]',
      );
    const code = (log: string) =>
      lines(
        "module Main (S : Mirage_stack.V4) = struct",
        "  let start s _ info =",
        `    ${log};`,
        "    s",
        "end",
      );
    const result = migrated(
      config("abstract logger; abstract app_info"),
      code('Logs.info (fun m -> m "%a" pp info.Mirage_info.libraries)'),
    );
    assert.match(
      result.config,
      /~deps:\[ dep logger \] ~packages:\[ package "logs"; package "dune-build-info" \]/,
    );
    assert.match(result.unikernel, /let start s _ =\n/);
    assert.match(
      result.unikernel,
      /pp \(List.map Build_info.V1.Statically_linked_library.name \(Build_info.V1.Statically_linked_libraries.to_list \(\)\)\)/,
    );
    assert.deepEqual(migrated(config("abstract logger; abstract app_info"), code("print info")).remaining, [
      "app_info",
    ]);
  });
});
