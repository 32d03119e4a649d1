import assert from "node:assert/strict";
import { brief, parseLines } from "./testConsole.ts";

const read = (...lines: readonly string[]) =>
  parseLines(...lines).map((record) => [brief(record), ...record.more].join("\n"));

describe("createCustomReporterParser", () => {
  it("parses a header after the name of a program that an earlier line named", () => {
    assert.deepEqual(
      read("main.exe: [INFO] one", "[ack] 7", "main.exe: [READY] two", "other: [READY] three"),
      ["log|info||one\n[ack] 7", "log|||[READY] two\nother: [READY] three"],
    );
  });

  it("parses heads in brackets: time since boot, domain or process, level, source", () => {
    assert.deepEqual(
      read(
        "[+0.0012][0][DEBUG][mnet.tcpv4]: connect to 10.0.0.1:80",
        "[+0.0013][0][ERROR][app]: boom",
        "  more",
        "[ack] 7",
        "[+0.0014][0][app]: for users",
        "[+0.0014][0][HDR][app]: under a header",
      ),
      [
        "log|debug|mnet.tcpv4|connect to 10.0.0.1:80",
        "log|error|app|boom\n  more\n[ack] 7",
        "log|app|app|for users",
        "log||app|[HDR] under a header",
      ],
    );
    assert.deepEqual(read("[WARN] short", "server: [DBG] shorter", "[APP] for users"), [
      "log|warning||short",
      "log|debug||shorter",
      "log|app||for users",
    ]);
    assert.deepEqual(
      read("[INFO][cohttp.lwt]: hello", "[cohttp]: app", "[a]: [b]", "[key] value", "[WARNING][app]: "),
      ["log|info|cohttp.lwt|hello", "log|app|cohttp|app", "log|app|a|[b]\n[key] value", "log|warning|app|"],
    );
    assert.deepEqual(read("[4242][INFO][git]: a", "[DEBUG][    7][dns]: b"), [
      "log|info|git|a",
      "log|debug|dns|b",
    ]);
  });

  it("parses a time in brackets before or after the level", () => {
    const records = parseLines(
      "[INFO][+168us] Start action",
      "[1699999999.250][WARNING] epoch",
      "[2026-11-23T09:02:32.5Z] [ERROR] [my.mod] a",
      "[2026-11-23T09:02:32.123][INFO][my mod] no zone",
    );
    assert.deepEqual(records.map(brief), [
      "log|info||Start action",
      "log|warning||epoch",
      "log|error|my.mod|a",
      "log|info|my mod|no zone",
    ]);
    assert.deepEqual(
      records.map(({ loggedAt }) => loggedAt),
      [undefined, 1_699_999_999_250, Date.UTC(2026, 10, 23, 9, 2, 32, 500), undefined],
    );
  });

  it("parses a time without mirage's colon, without a zone, or with a zone of four digits", () => {
    const records = parseLines(
      "2026-11-27T21:44:21.606988+01:00 [ERROR] bad",
      "   and more",
      "2026-11-27T21:44:21.606988+01:00  for users",
      "2026-11-27T21:44:22Z: net: [INFO] k",
      "2026-11-27T21:44:22+0100: [INFO] [s] o",
      "2026-11-27 20:43:09 [INFO] m",
      "2026-11-27T20:43:09: [INFO] [a] b",
      "2026-11-27T20:43:09Z WARN app: n",
      "2026-11-27T20:43:09Z no level at all",
    );
    assert.deepEqual(records.map(brief), [
      "log|error||bad",
      "log|app||for users",
      "log|info|net|k",
      "log|info|s|o",
      "log|info||m",
      "log|info|a|b",
      "log|warning||app: n",
      "log|||no level at all",
    ]);
    assert.deepEqual(records[0]?.more, ["   and more"]);
    assert.deepEqual(
      records.map(({ loggedAt }) => loggedAt && new Date(loggedAt).toISOString()),
      [
        "2026-11-27T20:44:21.606Z",
        "2026-11-27T20:44:21.606Z",
        "2026-11-27T21:44:22.000Z",
        "2026-11-27T20:44:22.000Z",
        undefined,
        undefined,
        "2026-11-27T20:43:09.000Z",
        "2026-11-27T20:43:09.000Z",
      ],
    );
  });

  it("parses sources that are padded to a column before the level", () => {
    assert.deepEqual(
      read(
        "application [INFO] starting",
        "   capnp-rpc [WARNING]: w",
        "         tcp [DEBUG] [ack] 7",
        "goes on",
        "         tcp  for users",
        "+0123us  irmin.tree [INFO] msg",
        "[12:30:11]          source [ERROR] msg",
      ),
      [
        "log|info|application|starting",
        "log|warning|capnp-rpc|w",
        "log|debug|tcp|[ack] 7\ngoes on",
        "log|app|tcp|for users",
        "log|info|irmin.tree|msg",
        "log|error|source|msg",
      ],
    );
  });

  it("does not mistake other brackets, words and times for heads", () => {
    const others = [
      "see [ERROR] here",
      "[INFO]message",
      "[x] [y] z",
      "[+0.1][0][app]: no level was seen yet",
      "array [1] [INFO",
      "2026-11-23T09:02:32.Z: [INFO] [a] b",
      "2026-11-23T09:02:32 is when it began",
      "2026-11-23: [INFO] [a] b",
      '{"level":"[INFO] "}',
    ];
    for (const other of others) assert.deepEqual(read(other), [`plain|||${other}`]);
    assert.deepEqual(read("2026-11-23T09:02:32Z: [INFO] [a] one", "  x [INFO] y", "[foo] bar"), [
      "log|info|a|one\n  x [INFO] y\n[foo] bar",
    ]);
  });
});
