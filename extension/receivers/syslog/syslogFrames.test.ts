import assert from "node:assert/strict";
import { recordedSyslog } from "../testRecordings.ts";
import { maxMessageBytes, syslogFrames } from "./syslogFrames.ts";

/** The messages in a stream that arrives in pieces of this size. */
function messagesOf(stream: string | Buffer, pieceBytes = Infinity): readonly string[] {
  const found: string[] = [];
  const frames = syslogFrames((bytes) => found.push(Buffer.from(bytes).toString()));
  const bytes = Buffer.from(stream);
  for (let at = 0; at < bytes.length; at += pieceBytes) frames.push(bytes.subarray(at, at + pieceBytes));
  frames.end();
  return found;
}

/** Without what differs between the recordings: the time, and the length of the longest message. */
const comparable = (messages: readonly string[]) =>
  messages.map((text) => text.replace(/^<\d+>\S+ \S+ \S+/, "").replace(/y{100,}/, "y"));
const datagrams = comparable(recordedSyslog("udp").map(String));
const recorded = (name: string) => Buffer.concat(recordedSyslog(name));

describe("A TCP connection of logs-syslog", () => {
  it("with NUL after each message has the messages that UDP has", () => {
    assert.deepEqual(comparable(messagesOf(recorded("tcp-null-full"))), datagrams);
  });

  it("with line ends has the messages that UDP has", () => {
    const joined = datagrams.map((text) => text.replace(/\n$/, ""));
    const read = comparable(messagesOf(recorded("tcp-linefeed-full"))).filter((text) => text !== "");
    assert.deepEqual(read, joined);
  });

  it("that cuts every message to nothing has empty messages", () => {
    assert.deepEqual(messagesOf(recorded("tcp-null-truncate0")), Array(28).fill(""));
  });

  it("may be cut anywhere if its messages have one line", () => {
    const stream = ["<30>Nov 29 18:45:47 hello a one", "<27>Nov 29 18:45:47 hello b grüß"];
    for (const encode of [
      (text: string) => `${text}\0`,
      (text: string) => `${text}\n`,
      (text: string) => `${text}\r\n`,
      (text: string) => `${Buffer.byteLength(text)} ${text}`,
    ])
      for (const size of [2, 3, 7, 40])
        assert.deepEqual(messagesOf(stream.map(encode).join(""), size), stream);
  });

  it("with lengths keeps NUL and line ends in messages", () => {
    assert.deepEqual(messagesOf("9 <30>a\nb\0c6 <30>\n\n", 4), ["<30>a\nb\0c", "<30>\n\n"]);
  });
});

describe("A hostile TCP connection", () => {
  it("has its long messages cut, and the next one is read", () => {
    const long = "x".repeat(3 * maxMessageBytes);
    for (const stream of [
      `<30>${long}\0<30>next\0`,
      `<30>${long}\n<30>next\n`,
      `${long.length + 4} <30>${long}8 <30>next`,
    ]) {
      const read = messagesOf(stream, 1000);
      assert.deepEqual(
        read.map((text) => text.length),
        [maxMessageBytes, 8],
      );
    }
  });

  it("with a wrong length is read line by line", () => {
    assert.deepEqual(messagesOf("5 <30>ano length\n<30>next\n"), ["<30>a", "no length", "<30>next"]);
  });
});
