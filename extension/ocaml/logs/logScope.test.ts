import assert from "node:assert/strict";
import { cpuMs } from "../../../test/harness/cpuTime.ts";
import { logCalls } from "./logCalls.ts";

/** Each call's format with the source that it logs to. */
const sourcesOf = (text: string) =>
  Object.fromEntries(logCalls(text).map(({ format, source }) => [format, source]));
const log = (name: string) =>
  `let src = Logs.Src.create "${name}" module Log = (val Logs.src_log src : Logs.LOG)`;

describe("the source that a call logs to", () => {
  it("is the source of the log module in scope", () => {
    const modules = `
module A = struct
  ${log("a")}
  let f () = Log.info (fun m -> m "in a")
end
module B = struct
  module Log = (val Logs.src_log (Logs.Src.create "b") : Logs.LOG)
  let f () = Log.info (fun m -> m "in b")
end
let f () = Log.info (fun m -> m "in none"); A.Log.info (fun m -> m "through a");
  Logs.info ~src:A.src (fun m -> m "to a's")
open A
let g () = Log.info (fun m -> m "opened")
module Log = Other.Log
let h () = Log.info (fun m -> m "of another file")
`;
    assert.deepEqual(sourcesOf(modules), {
      "in a": "a",
      "in b": "b",
      "in none": undefined,
      "through a": "a",
      "to a's": "a",
      opened: "a",
      "of another file": undefined,
    });
  });

  it("is unknown for an argument of a functor or a function", () => {
    const text = `
${log("file")}
module Make (Log : Logs.LOG) (T : S) = struct
  let f () = Log.info (fun m -> m "argument")
end
let g (module Log : Logs.LOG) = Log.info (fun m -> m "first class")
module Lwt (Log : Logs_lwt.LOG) = struct
  let f () = Log.info (fun m -> m "of lwt")
end
let h () = Log.info (fun m -> m "file's")
`;
    assert.deepEqual(sourcesOf(text), {
      argument: undefined,
      "first class": undefined,
      "of lwt": undefined,
      "file's": "file",
    });
  });

  it("is the source of a local definition within its scope", () => {
    const text = `
${log("outer")}
let f () =
  let module Log = (val Logs.src_log (Logs.Src.create "inner")) in
  Log.info (fun m -> m "inside")
let g () = Log.info (fun m -> m "outside")
`;
    assert.deepEqual(sourcesOf(text), { inside: "inner", outside: "outer" });
  });

  it("is the source of the opened or included module, for functions without a module", () => {
    const text = `
include (val Logs.src_log (Logs.Src.create "included") : Logs.LOG)
let f () = info (fun m -> m "bare")
let g () = Logs.(warn (fun m -> m "local open")); debug (fun m -> m "behind it")
let h () = let open Logs in err (fun m -> m "let open")
let i () = app (fun m -> m "included again")
`;
    assert.deepEqual(sourcesOf(text), {
      bare: "included",
      "local open": "application",
      "behind it": "included",
      "let open": "application",
      "included again": "included",
    });
  });

  it("is unknown if the name is computed", () => {
    for (const name of ['(prefix ^ ".x")', '(Printf.sprintf "net-%d" 1)', "__MODULE__", "(name_of x)"])
      assert.deepEqual(
        sourcesOf(`let src = Logs.Src.create ${name}
module Log = (val Logs.src_log src)
let f () = Log.info (fun m -> m "x")`),
        { x: undefined },
        name,
      );
    const named = `let name = "constant"
let src = Logs.Src.create ~doc:("a" ^ "b") name
module Log = (val Logs.src_log src)
let f () = Log.info (fun m -> m "x")`;
    assert.deepEqual(sourcesOf(named), { x: "constant" });
  });

  it("is found although a bracket or a module is not closed yet", () => {
    assert.deepEqual(sourcesOf(`${log("a")}\nlet f () = g (x\nlet h () = Log.info (fun m -> m "x")`), {
      x: "a",
    });
    assert.deepEqual(sourcesOf(`${log("a")}\nlet f () = x)\nend\nlet h () = Log.info (fun m -> m "x")`), {
      x: "a",
    });
  });

  it("is found in linear time with brackets that are not closed", () => {
    for (const text of [
      "Logs.info (fun m -> m (",
      "Logs.info (fun m -> m ~tags:(",
      'Logs.info (fun m -> m "x" ',
    ]) {
      const time = (times: number) => {
        const started = cpuMs();
        logCalls(text.repeat(times));
        return cpuMs() - started;
      };
      time(500);
      assert.ok(time(8000) < 16 * time(1000) + 200, text);
    }
  });

  it("is found in linear time in deeply nested modules", () => {
    const nested = `module A = struct ${log("a")} let f () = (Log.info (fun m -> m "x"))\n`.repeat(3000);
    assert.equal(logCalls(`${nested}${" end".repeat(3000)}`).length, 3000);
  });
});
