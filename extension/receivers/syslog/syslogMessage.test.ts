import assert from "node:assert/strict";
import { recordedSyslog } from "../testRecordings.ts";
import { parseSyslog } from "./syslogMessage.ts";

const receivedAt = Date.UTC(2026, 10, 29, 18, 45, 46);
const parse = (text: string, at = receivedAt) => parseSyslog(Buffer.from(text), at);

describe("A message of logs-syslog", () => {
  const messages = recordedSyslog("udp").map((bytes) => parseSyslog(bytes, receivedAt));

  it("has level, source, host and text", () => {
    assert.deepEqual(
      messages.slice(0, 6).map(({ level, source, text }) => [level, source, text]),
      [
        ["info", "application", "level app"],
        ["error", "application", "level error"],
        ["warning", "application", "level warning"],
        ["info", "application", "level info"],
        ["debug", "application", "level debug"],
        ["info", "tcpip.tcp", "source with a dot"],
      ],
    );
    assert.ok(messages.every(({ host }) => host === "hello"));
  });

  it("states its time in UTC without a year", () => {
    assert.equal(messages[0]?.loggedAt, Date.UTC(2026, 10, 29, 18, 45, 45));
  });

  it("may have a facility, no source, no text, several lines and any bytes", () => {
    const texts = messages.map(({ text }) => text);
    assert.equal(messages[13]?.facility, 19);
    assert.deepEqual([messages[7]?.source, texts[7]], ["", "source with an empty name"]);
    assert.equal(texts[14], "first line\nsecond line\n  third line, indented");
    assert.equal(texts[17], "snowman ☃ rocket 🚀");
    assert.equal(texts[21], "");
    assert.equal(texts[22], "  leading spaces");
    assert.equal(texts[24], "nul \0 inside");
  });
});

describe("A message of RFC 3164", () => {
  it("belongs to the year that is nearest to its arrival", () => {
    const newYear = Date.UTC(2027, 0, 1, 0, 0, 5);
    assert.equal(parse("<30>Dec 31 23:59:59 h s x", newYear).loggedAt, Date.UTC(2026, 11, 31, 23, 59, 59));
    assert.equal(parse("<30>Jan  1 00:00:01 h s x", newYear).loggedAt, Date.UTC(2027, 0, 1, 0, 0, 1));
  });

  it("may have a tag with a colon and a process id", () => {
    const { source, tags, text } = parse("<34>Oct 11 22:14:15 mymachine su[230]: 'su root' failed");
    assert.deepEqual([source, tags, text], ["su", [["pid", "230"]], "'su root' failed"]);
  });

  it("may lack everything but the text", () => {
    for (const text of ["plain words", "<999>x", "<30>", "<30>no time"]) {
      const { source, host, text: read } = parse(text);
      assert.deepEqual([source, host, read], ["", "", text.replace("<30>", "")]);
    }
    assert.equal(parse("<11>x").level, "error");
    assert.equal(parse("x").level, "info");
  });
});

describe("A message of RFC 5424", () => {
  it("has a time with a zone, an application, a message id and structured data", () => {
    const message = parse(
      String.raw`<165>1 2003-10-11T22:14:15.003+02:00 mymachine evntslog - ID47 [exampleSDID@32473 iut="3" text="a \"b\" \]"][x] ` +
        "\uFEFFAn event",
    );
    assert.deepEqual(message, {
      facility: 20,
      level: "info",
      loggedAt: Date.UTC(2003, 9, 11, 20, 14, 15, 3),
      host: "mymachine",
      source: "evntslog",
      tags: [
        ["msgid", "ID47"],
        ["iut", "3"],
        ["text", 'a "b" ]'],
      ],
      text: "An event",
    });
  });

  it("may have - for each field and no text", () => {
    const { loggedAt, host, source, tags, text } = parse("<34>1 - - - - - -");
    assert.deepEqual([loggedAt, host, source, tags, text], [undefined, "", "", [], ""]);
  });
});
