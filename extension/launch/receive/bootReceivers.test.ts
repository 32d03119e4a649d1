import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { LogStore } from "../../logs/store/logStore.ts";
import { createMetricsStore } from "../../receivers/metrics/metricsStore.ts";
import { openWriters } from "../session/consoleWriters.ts";
import { bootReceivers, receiverArguments } from "./bootReceivers.ts";

const syslog = { address: "10.0.0.1", port: 5514, protocol: "udp" } as const;
const metrics = { address: "10.0.0.1", port: 8094 };
const udp = 'let logs = syslog_udp stack\nlet () = register "hello" ~reporter:logs [ main ]';

/** A port of the loopback interface that is free now. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("The boot arguments for receivers", () => {
  it("are added for the devices that config.ml has", () => {
    const added = receiverArguments({ syslog, metrics }, ["-v"], `${udp}\nlet m = monitoring stack`);
    assert.deepEqual(added, {
      bootArguments: ["-v", "--syslog=10.0.0.1", "--syslog-port=5514", "--monitor=10.0.0.1"],
      notes: [],
    });
  });

  it("contain a limit for TCP, without which all messages would be empty", () => {
    const tcp = { ...syslog, protocol: "tcp" } as const;
    const { bootArguments } = receiverArguments({ syslog: tcp, metrics: undefined }, [], "syslog_tcp stack");
    assert.ok(bootArguments.includes("--syslog-truncate=65535"));
  });

  it("stay as they are if the user has set them, or if config.ml has no such device", () => {
    const given = ["--syslog=10.0.0.9", "--monitor=10.0.0.9"];
    assert.deepEqual(receiverArguments({ syslog, metrics }, given, `${udp} monitoring`).bootArguments, given);
    const without = receiverArguments({ syslog, metrics }, [], "(* monitoring stack, syslog_udp stack *)");
    assert.deepEqual(without.bootArguments, []);
    assert.match(without.notes.join(" "), /no syslog device.*no monitoring/);
  });

  it("come with a note if config.ml uses the other protocol", () => {
    const { notes } = receiverArguments({ syslog, metrics: undefined }, [], "syslog_tcp stack");
    assert.match(notes.join(), /config\.ml has syslog_tcp, but "syslog\.protocol" is "udp"/);
  });
});

describe("The receivers of a boot", () => {
  it("write messages into the session of the run and end with it", async () => {
    const port = await freePort();
    const printed: string[] = [];
    const { openers, writeTo } = bootReceivers(
      { syslog: { address: "127.0.0.1", port, protocol: "udp" }, metrics: undefined },
      "hello",
      (line) => printed.push(line),
      async () => createMetricsStore(),
    );
    const store = new LogStore();
    const session = store.begin({ name: "hello", unikernel: "/ws/config.ml", target: "spt" });
    const writers = await openWriters([...openers, () => session]);
    writeTo(writers);
    const { id } = session.session;
    const received = Promise.withResolvers<void>();
    store.onChange(() => store.span(id).end > 1 && received.resolve());
    // The guest has not finished its line when a message arrives.
    session.stdout(Buffer.from("half a "));
    const sender = createSocket("udp4");
    sender.send("<27>Nov 29 18:45:45 hello tcpip.tcp failed", port, "127.0.0.1", () =>
      session.stdout(Buffer.from("line\n")),
    );
    await received.promise;
    sender.close();
    for (const writer of writers) writer.end({ kind: "ok", text: "" });
    const records = store.records(id, 0, 9);
    const logged = records.find(({ kind }) => kind === "log");
    assert.deepEqual([logged?.level, logged?.source, logged?.message], ["error", "tcpip.tcp", "failed"]);
    assert.equal(records.find(({ kind }) => kind === "plain")?.message, "half a line");
    assert.match(printed.join(), /\[ERROR\] \[tcpip\.tcp\] failed$/);
  });

  it("store metrics for the run", async () => {
    const port = await freePort();
    const store = createMetricsStore();
    const { openers } = bootReceivers(
      { syslog: undefined, metrics: { address: "127.0.0.1", port } },
      "hello",
      () => undefined,
      async () => store,
    );
    const writers = await openWriters(openers);
    const changed = Promise.withResolvers<string>();
    store.onDidChange(changed.resolve);
    connect(port, "127.0.0.1").end("gc,vm=hello live\\ words=5i\n");
    assert.equal(await changed.promise, "hello");
    assert.deepEqual(store.series("hello")[0]?.values, [5]);
    for (const writer of writers) writer.end({ kind: "ok", text: "" });
  });

  it("are refused with a sentence if the port is used", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { openers } = bootReceivers(
      { syslog: { address: "127.0.0.1", port, protocol: "tcp" }, metrics: undefined },
      "hello",
      () => undefined,
      async () => createMetricsStore(),
    );
    await assert.rejects(openWriters(openers), /another program uses this port/);
    server.close();
  });
});
