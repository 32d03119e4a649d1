import assert from "node:assert/strict";
import { ConsoleParser } from "../console/consoleParser.ts";
import { createMessageLines } from "./continuedLines.ts";

const source = String.raw`
let start () =
  Logs.info (fun m -> m "hello");
  prerr_endline "x";
  Logs.info (fun m -> m "one\ntwo");
  Printf.eprintf "count is %d\n%!" 3;
  Logs.err (fun m -> m "reply: %s" body);
  Lwt.return (print_endline "done")
`;

/** The first lines of the records that a unikernel with these sources prints, and how many lines continue each. */
function records(...lines: readonly string[]): readonly string[] {
  const read: {
    readonly message: string;
    readonly more: readonly string[];
    readonly level: string | undefined;
  }[] = [];
  const parser = new ConsoleParser({
    now: () => 0,
    continuesMessage: createMessageLines([source]),
    onRecord: (record) => read.push(record),
  });
  parser.stderr(Buffer.from(lines.map((line) => `${line}\n`).join("")));
  parser.end();
  return read.map(({ level, message, more }) => `${level ?? ""}|${message}|${more.join("|")}`);
}
const info = "2026-11-23T09:02:29Z: [INFO] [application]";

describe("createMessageLines", () => {
  it("separates printed lines that arrive together with the message before them", () => {
    assert.deepEqual(records(`${info} hello`, "x", `${info} hello`, "y", "z"), [
      "info|hello|",
      "|x|",
      "info|hello|",
      "|y|",
      "|z|",
    ]);
    assert.deepEqual(records(`${info} [lib] something of a library`, "x"), [
      "info|[lib] something of a library|",
      "|x|",
    ]);
    assert.deepEqual(records(`${info} hello`, "count is 17"), ["info|hello|", "|count is 17|"]);
  });

  it("keeps the lines of a message whose format has several", () => {
    assert.deepEqual(records(`${info} one`, "two", "x"), ["info|one|two", "|x|"]);
    assert.deepEqual(records(`${info} one`, "two", "three"), ["info|one|two", "|three|"]);
  });

  it("keeps lines that may be part of a value or of a library's message", () => {
    const error = "2026-11-23T09:02:29Z: [ERROR] [application]";
    assert.deepEqual(records(`${error} reply: <html>`, "<body>", "done"), [
      "error|reply: <html>|<body>",
      "|done|",
    ]);
    assert.deepEqual(records("2026-11-23T09:02:29Z: [INFO] [tls] offered:", "suite 1"), [
      "info|offered:|suite 1",
    ]);
  });
});
