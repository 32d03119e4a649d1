import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { ConsoleParser } from "../../logs/console/consoleParser.ts";
import type { LogRecord } from "../../logs/model.ts";
import { listenProblem, type SyslogAddress } from "../listenAddress.ts";
import type { Receiver } from "../openServer.ts";
import { recordedSyslog } from "../testRecordings.ts";
import { consoleLines } from "./consoleLines.ts";
import { parseSyslog } from "./syslogMessage.ts";
import { openSyslogReceiver } from "./syslogReceiver.ts";

const now = Date.UTC(2026, 10, 29, 18, 45, 46);
const loopback = (protocol: SyslogAddress["protocol"]): SyslogAddress => ({
  address: "127.0.0.1",
  port: 0,
  protocol,
});

/** The records that the log panel makes of lines. */
function recordsOf(chunks: readonly string[]): readonly LogRecord[] {
  const records: LogRecord[] = [];
  const parser = new ConsoleParser({ now: () => now, onRecord: (record) => records.push(record) });
  for (const chunk of chunks) parser.stderr(Buffer.from(chunk));
  parser.end();
  return records;
}

const linesOf = (text: string, host = "hello") =>
  consoleLines(parseSyslog(Buffer.from(text), now), now, host);

describe("The lines of syslog messages", () => {
  const texts = recordedSyslog("udp").map((bytes) => consoleLines(parseSyslog(bytes, now), now, "hello"));
  const records = recordsOf(texts);

  it("are one record for each message, with level, source and time", () => {
    assert.equal(records.length, 28);
    assert.deepEqual(
      records
        .slice(0, 6)
        .map(({ kind, level, source, message, loggedAt }) => [kind, level, source, message, loggedAt]),
      [
        ["log", "info", "application", "level app", now - 1000],
        ["log", "error", "application", "level error", now - 1000],
        ["log", "warning", "application", "level warning", now - 1000],
        ["log", "info", "application", "level info", now - 1000],
        ["log", "debug", "application", "level debug", now - 1000],
        ["log", "info", "tcpip.tcp", "source with a dot", now - 1000],
      ],
    );
  });

  it("keep further lines, spaces and characters", () => {
    assert.deepEqual(
      [records[14]?.message, records[14]?.more],
      ["first line", ["second line", "  third line, indented"]],
    );
    assert.equal(records[22]?.message, "  leading spaces");
    assert.equal(records[21]?.message, "");
    assert.equal(records[24]?.message, "nul ␀ inside");
    assert.equal(records[17]?.message, "snowman ☃ rocket 🚀");
  });

  it("name another host, the facility and the message id before the message", () => {
    const [record] = recordsOf([linesOf('<158>1 2026-11-29T18:45:45Z db web - ID7 [a b="c d"] text [x] y')]);
    assert.deepEqual(
      [record?.level, record?.source, record?.message],
      ["info", "web", "host=db facility=local3 msgid=ID7 b=c_d text [x] y"],
    );
  });

  it("stay one record when a message looks like another record", () => {
    const inner = "2026-11-29T18:45:45Z: [ERROR] [fake] x";
    const [record] = recordsOf([linesOf(`<30>Nov 29 18:45:45 hello app ${inner}`)]);
    assert.deepEqual([record?.source, record?.message], ["app", inner]);
  });
});

describe("A syslog receiver", () => {
  let receiver: Receiver | undefined;
  afterEach(() => receiver?.close());

  it("receives datagrams", async () => {
    const received = Promise.withResolvers<string>();
    receiver = await openSyslogReceiver(loopback("udp"), { onLines: received.resolve, now: () => now });
    const sender = createSocket("udp4");
    sender.send(recordedSyslog("udp")[1] ?? "", receiver.port, "127.0.0.1");
    assert.equal(await received.promise, "2026-11-29T18:45:45.000Z: [ERROR] [application] level error\n");
    sender.close();
  });

  it("receives the messages of a connection in order", async () => {
    let lines = "";
    const all = Promise.withResolvers<void>();
    const onLines = (text: string) => {
      lines += text;
      if (lines.includes("last message")) all.resolve();
    };
    receiver = await openSyslogReceiver(loopback("tcp"), { onLines, now: () => now });
    const sender = connect(receiver.port, "127.0.0.1");
    sender.end(Buffer.concat(recordedSyslog("tcp-null-full")));
    await all.promise;
    assert.equal(recordsOf([lines]).length, 28);
  });

  it("says what to do if only empty messages arrive", async () => {
    const received = Promise.withResolvers<string>();
    receiver = await openSyslogReceiver(loopback("tcp"), { onLines: received.resolve, now: () => now });
    const sender = connect(receiver.port, "127.0.0.1");
    sender.end(Buffer.concat(recordedSyslog("tcp-null-truncate0")));
    assert.match(await received.promise, /--syslog-truncate=65535/);
  });

  it("drops messages above its rate and says how many", async () => {
    let time = now;
    let lines = "";
    const next = Promise.withResolvers<void>();
    let sendLater = () => {};
    const onLines = (text: string) => {
      lines += text;
      time += 1000;
      if (text.includes("later")) next.resolve();
      else sendLater();
    };
    receiver = await openSyslogReceiver(loopback("tcp"), { onLines, maxPerSecond: 2, now: () => time });
    const sender = connect(receiver.port, "127.0.0.1");
    sendLater = () => sender.end("<30>later\n");
    sender.write("<30>a\n<30>b\n<30>c\n<30>d\n");
    await next.promise;
    assert.match(lines, /2 messages were dropped/);
    assert.doesNotMatch(lines, /\] c\n/);
  });

  it("says why it can't listen", async () => {
    receiver = await openSyslogReceiver(loopback("tcp"), { onLines: () => undefined });
    const address = { ...loopback("tcp"), port: receiver.port };
    await assert.rejects(openSyslogReceiver(address, { onLines: () => undefined }), (error) => {
      assert.match(listenProblem(error, address), /another program uses this port/);
      return true;
    });
    const elsewhere = { ...loopback("udp"), address: "192.0.2.1" };
    await assert.rejects(openSyslogReceiver(elsewhere, { onLines: () => undefined }), (error) => {
      assert.match(listenProblem(error, elsewhere), /no interface of this computer has this address/);
      return true;
    });
  });

  it("frees its port when it is closed", async () => {
    const first = await openSyslogReceiver(loopback("tcp"), { onLines: () => undefined });
    await first.close();
    receiver = await openSyslogReceiver(
      { ...loopback("tcp"), port: first.port },
      { onLines: () => undefined },
    );
    assert.equal(receiver.port, first.port);
  });
});
