import assert from "node:assert/strict";
import { brief, parse, recorded } from "./testConsole.ts";

describe("createLogsLineParser", () => {
  it("parses every level of a unix console", () => {
    const records = recorded("runtime/unix/log-debug.stderr");
    assert.deepEqual(records.map(brief), [
      "log|info|faulty|mode is levels",
      "log|debug|faulty|a debug line",
      "log|info|faulty|an info line",
      "log|warning|faulty|a warning line",
      "log|error|faulty|an error line",
      "log|app|faulty|an app line",
      "log|info|application|a line of the default source",
      "log||application|[HDR] a line with a header",
    ]);
    assert.deepEqual(records[6]?.more, ["with a second line"]);
    assert.deepEqual(
      records.map((record) => record.seq),
      [0, 1, 2, 3, 4, 5, 6, 7],
    );
    assert.equal(records[0]?.stream, "stderr");
    assert.equal(new Date(records[0]?.loggedAt ?? 0).toISOString(), "2026-11-23T09:02:29.000Z");
  });

  it("removes a box's indentation from the lines that continue a message", () => {
    assert.deepEqual(recorded("net-run/block-unix.stderr")[0]?.more, [
      "  sector_size = 512;",
      "  size_sectors = 2048L }",
    ]);
  });

  it("parses the formats of earlier and later reporters", () => {
    const records = parse(
      [
        "2017-02-11 14:49:04 -00:00: INF [net-xen:frontend] connect 0",
        "2022-03-04T05:06:07.250+01:30: warning [tcp] slow",
        "2016-01-06 22:06.57: WRN [firewall] Failed to parse frame",
        "2026-11-23T09:02:32Z: rtt=3ms peer=10.0.0.1 [DEBUG] [tcp] [ack] 7",
        "2026-11-23T09:02:32Z: peer=10.0.0.1  [tcp] hello",
        "2026-11-23T09:02:32Z: [ERROR] [] ",
        "2026-11-23T09:02:32Z: [READY]  [a] it is",
        "2026-11-23T09:02:32Z: rtt=3 [TX] [a] sent 64 bytes",
        "",
      ].join("\n"),
    );
    assert.deepEqual(records.map(brief), [
      "log|info|net-xen:frontend|connect 0",
      "log|warning|tcp|slow",
      "log|warning|firewall|Failed to parse frame",
      "log|debug|tcp|rtt=3ms peer=10.0.0.1 [ack] 7",
      "log|app|tcp|peer=10.0.0.1 hello",
      "log|error||",
      "log|app|a|[READY] it is",
      "log||a|rtt=3 [TX] sent 64 bytes",
    ]);
    assert.deepEqual(
      records.map(({ message, prefixLength }) => message.slice(prefixLength)),
      ["connect 0", "slow", "Failed to parse frame", "[ack] 7", "hello", "", "it is", "sent 64 bytes"],
    );
    assert.equal(records[1]?.loggedAt, Date.UTC(2022, 2, 4, 3, 36, 7, 250));
    assert.equal(records[2]?.loggedAt, Date.UTC(2016, 0, 6, 22, 6, 57));
  });

  it("parses times in every form of RFC 3339 and no others", () => {
    const times = (stamps: readonly string[]) =>
      parse(stamps.map((stamp) => `${stamp}: [INFO] [a] b\n`).join("")).map(({ loggedAt }) => loggedAt);
    const at = Date.UTC(2026, 10, 23, 9, 2, 32);
    assert.deepEqual(
      times([
        "2026-11-23T09:02:32Z",
        "2026-11-23t09:02:32z",
        "2026-11-23 09:02:32 -00:00",
        "2026-11-23T14:32:32+05:30",
        "2026-11-22T23:02:32-10:00",
        "2026-11-23T09:02:32.5Z",
        "2026-11-23T09:02:32.123456789012-00:00",
        "2026-11-24T09:02:32.029Z",
      ]),
      [at, at, at, at, at, at + 500, at + 123, at + 86_400_029],
    );
    const others = [
      "2026-11-23T09:02:32.Z",
      "2026-11-23T09:02:3xZ",
      "2026-11-2xT09:02:32Z",
      "2026-11-23X09:02:32Z",
      "2026-11-23T09:02:32+05:30Z",
    ];
    assert.deepEqual(
      parse(others.map((stamp) => `${stamp}: [INFO] [a] b\n`).join("")).map(({ kind }) => kind),
      others.map(() => "plain"),
    );
  });

  it("parses the reporters of Logs, which print no time", () => {
    const records = parse(
      [
        "main.exe: [INFO] listening on 8080",
        "  since this morning",
        "[WARNING] slow: [INFO] is no level here",
        "dist/hello: [ERROR] no",
        "key: [value]",
        "",
      ].join("\n"),
    );
    assert.deepEqual(records.map(brief), [
      "log|info||listening on 8080",
      "log|warning||slow: [INFO] is no level here",
      "log|error||no",
    ]);
    assert.deepEqual(records[0]?.more, ["  since this morning"]);
    assert.deepEqual(records[2]?.more, ["key: [value]"]);
  });

  it("parses a line with a time and a level but no source as a new record", () => {
    const records = parse(
      [
        "2026-11-23T09:02:32Z: [INFO] [a] first",
        "2026-11-23T09:02:32Z: [INFO] without a source",
        "2026-11-23T09:02:32Z: [INFO] [b] third",
        "",
      ].join("\n"),
    );
    assert.deepEqual(records.map(brief), [
      "log|info|a|first",
      "log|info||without a source",
      "log|info|b|third",
    ]);
  });
});
