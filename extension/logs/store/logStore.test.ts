import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMessageLines } from "../source/continuedLines.ts";
import { LogStore } from "./logStore.ts";

const run = { name: "hello", unikernel: "/p/hello/config.ml", target: "hvt" };
const line = (level: string, source: string, message: string) =>
  Buffer.from(`2026-11-23T09:02:32Z: [${level}] [${source}] ${message}\n`);
const all = (store: LogStore, id: string) => store.records(id, 0, 1e6);

describe("LogStore", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "mirageos-logs-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("stores a session's records, counts and raw console", async () => {
    const store = new LogStore({ folder });
    const writer = store.begin(run);
    writer.stdout(Buffer.from("plain \u001b[31mred\u001b[0m\n"));
    writer.stderr(line("INFO", "a", "one"));
    writer.stderr(line("ERROR", "b", "two"));
    writer.end({ kind: "ok", text: "ended normally" });
    writer.stdout(Buffer.from("too late\n"));
    await store.settled();

    const [session] = store.sessions();
    assert.equal(session?.id, writer.session.id);
    assert.deepEqual(session?.outcome, { kind: "ok", text: "ended normally" });
    assert.deepEqual(
      all(store, session.id).map((record) => record.message),
      ["plain red", "one", "two"],
    );
    const { levels, sources } = store.counts(session.id);
    assert.deepEqual([levels.info, levels.error, levels.other, levels.debug], [1, 1, 1, 0]);
    assert.deepEqual(
      [...sources],
      [
        ["a", 1],
        ["b", 1],
      ],
    );
    const raw = await readFile(session.rawFile ?? "", "utf8");
    assert.ok(raw.startsWith("plain \u001b[31mred\u001b[0m\n2026-"));
  });

  it("stores how the boot went and the addresses, and has the process id while the unikernel runs", async () => {
    let clock = 1_000_000;
    const store = new LogStore({ folder, now: () => clock });
    const writer = store.begin({ ...run, bootArguments: ["--ipv4=10.0.0.2/24"] });
    clock += 5;
    writer.started(4242, false);
    assert.equal(writer.session.pid, 4242);
    clock += 38;
    writer.stdout(line("INFO", "a", "one"));
    const boot = { firstOutput: 38, firstRecord: 38, network: undefined };
    assert.deepEqual(writer.session.boot, boot);
    writer.end({ kind: "ok", text: "ended normally" });
    assert.equal(writer.session.pid, undefined);
    await store.settled();

    const later = new LogStore({ folder });
    await later.restore();
    assert.deepEqual(later.sessions(), store.sessions());
    assert.deepEqual(later.sessions()[0]?.boot, boot);
    assert.deepEqual(later.sessions()[0]?.addresses, ["10.0.0.2/24"]);
  });

  it("has leased addresses until the unikernel logs others, and stores them", async () => {
    const store = new LogStore({ folder });
    const writer = store.begin(run);
    store.addAddresses(writer.session.id, ["10.0.0.50"]);
    writer.started(4242, false);
    writer.stdout(line("INFO", "a", "one"));
    assert.deepEqual(store.sessions()[0]?.addresses, ["10.0.0.50"]);
    writer.stdout(line("INFO", "a", "IP address: 10.0.0.9/24"));
    store.addAddresses(writer.session.id, ["10.0.0.50"]);
    assert.deepEqual(store.sessions()[0]?.addresses, ["10.0.0.9/24"]);
    writer.end({ kind: "ok", text: "ended normally" });
    store.addAddresses(writer.session.id, ["10.0.0.50"]);
    store.addAddresses("unknown", ["10.0.0.50"]);
    await store.settled();
    const later = new LogStore({ folder });
    await later.restore();
    assert.deepEqual(later.sessions()[0]?.addresses, ["10.0.0.9/24"]);
  });

  it("measures no boot under gdb, and notifies when the program has started", async () => {
    const store = new LogStore();
    const writer = store.begin(run);
    await new Promise((resolve) => void store.onChange(resolve));
    const changed = new Promise((resolve) => void store.onChange(resolve));
    writer.started(4242, true);
    await changed;
    writer.stdout(line("INFO", "a", "one"));
    assert.equal(writer.session.boot, undefined);
    assert.equal(writer.session.pid, 4242);
  });

  it("loads a past session on demand, with the same records as before the reload", async () => {
    let clock = 1_000_000;
    const before = new LogStore({ folder, now: () => clock++ });
    const writer = before.begin(run);
    const text = Buffer.concat([line("INFO", "a", "one"), Buffer.from("goes on\nFatal error: exc")]);
    for (let at = 0; at < text.length; at += 7) {
      writer.stderr(text.subarray(at, at + 7));
      writer.stdout(Buffer.from("x\ny"));
    }
    writer.stderr(
      Buffer.from('eption Not_found\nCalled from F in file "unikernel.ml", line 3, characters 1-2\n'),
    );
    writer.end({ kind: "failed", text: "ended with exit code 3", cause: "ownExitCode" });
    await before.settled();
    const id = writer.session.id;

    const after = new LogStore({ folder });
    await after.restore();
    assert.deepEqual(after.sessions(), before.sessions());
    assert.equal(after.isLoaded(id), false);
    assert.deepEqual(all(after, id), []);
    await Promise.all([after.load(id), after.load(id)]);
    assert.deepEqual(all(after, id), all(before, id));
    assert.equal(all(after, id).find((record) => record.kind === "exception")?.frames[0]?.line, 3);
  });

  it("restores a session whose window was closed while it ran, and loads what was written", async () => {
    const crashed = new LogStore({ folder });
    const writer = crashed.begin({ ...run, bootArguments: ["--port=1"] });
    writer.stdout(Buffer.from("before the end\n"));
    const { id } = writer.session;
    // Leave only the console, as if the window had been killed.
    writer.end({ kind: "ok", text: "" });
    await crashed.settled();
    const stored = join(folder, `${id}.json`);
    const { endedAt: _, outcome: __, ...running } = JSON.parse(await readFile(stored, "utf8"));
    await writeFile(stored, JSON.stringify(running));
    await rm(join(folder, `${id}.times`));

    const store = new LogStore({ folder });
    await store.restore();
    const [session] = store.sessions();
    assert.equal(session?.outcome?.kind, "stopped");
    assert.match(session.outcome.text, /closed or reloaded/);
    assert.deepEqual(session.bootArguments, ["--port=1"]);
    await store.load(id);
    assert.equal(all(store, id)[0]?.message, "before the end");
  });

  it("keeps the last sessions and deletes the files of older ones", async () => {
    let clock = 1_000_000;
    const store = new LogStore({ folder, maxSessions: 2, now: () => (clock += 1000) });
    for (let i = 0; i < 5; i++) store.begin(run).end({ kind: "ok", text: `${i}` });
    const running = store.begin(run);
    await store.settled();
    assert.deepEqual(
      store.sessions().map((session) => session.outcome?.text),
      [undefined, "4", "3"],
    );
    const ids = new Set((await readdir(folder)).map((name) => name.replace(/\.\w+$/, "")));
    assert.equal(ids.size, 3);
    running.end({ kind: "ok", text: "" });
    await store.settled();
  });

  it("filters by level, source and text, also in long sessions and in records that still grow", () => {
    const store = new LogStore({ now: () => 0 });
    const writer = store.begin(run);
    const { id } = writer.session;
    for (let i = 0; i < 5000; i++)
      writer.stdout(line(i % 2 ? "INFO" : "DEBUG", i % 5 ? "a" : "b", `Message ${i}`));
    writer.stdout(Buffer.from("  a <b>further</b> line\nSolo5: solo5_exit(0) called\n"));
    const seqs = (filter: Parameters<LogStore["query"]>[1], from?: number) => [
      ...store.query(id, filter, from),
    ];

    assert.equal(seqs({}).length, 5001);
    assert.equal(seqs({ levels: ["info"] }).length, 2500);
    assert.deepEqual(seqs({ levels: ["other"] }), [5000]);
    assert.equal(seqs({ sources: ["b"], levels: ["debug"] }).length, 500);
    assert.deepEqual(seqs({ sources: ["no such"] }), []);
    assert.equal(seqs({ sources: ["a", "b"] }).length, 5000);
    assert.equal(seqs({ hiddenSources: ["a"] }).length, 1001);
    assert.deepEqual(
      seqs({ text: "mESSAGE 123" }),
      [123, 1230, 1231, 1232, 1233, 1234, 1235, 1236, 1237, 1238, 1239],
    );
    assert.deepEqual(seqs({ text: "<b>FURTHER" }), [4999]);
    assert.deepEqual(
      seqs({ text: "e 4.*9$", regex: true, levels: ["info"] }, 4900),
      [4909, 4919, 4929, 4939, 4949, 4959, 4969, 4979, 4989, 4999],
    );
    assert.deepEqual(seqs({ text: "^message 17$", regex: true }), [17]);
    assert.deepEqual(seqs({ text: String.raw`7\s[^]*8`, regex: true }), []);
    assert.throws(() => seqs({ text: "(", regex: true }), SyntaxError);
    assert.deepEqual(seqs({ text: "(" }), [5000]);
  });

  it("decides from the sources which lines continue a message, also after a reload", async () => {
    const options = {
      folder,
      readMessageLines: () => Promise.resolve(createMessageLines(['let () = prerr_endline "x"'])),
    };
    const store = new LogStore(options);
    const writer = await store.beginWithSources(run);
    writer.stderr(Buffer.concat([line("ERROR", "a", "first"), Buffer.from("and more\nx\n")]));
    writer.end({ kind: "ok", text: "" });
    await store.settled();
    const after = new LogStore(options);
    await after.restore();
    await after.load(writer.session.id);
    for (const each of [store, after])
      assert.deepEqual(
        all(each, writer.session.id).map(({ level, message, more }) => [level, message, ...more]),
        [
          ["error", "first", "and more"],
          [undefined, "x"],
        ],
      );
  });

  it("returns each record unchanged, also from closed blocks", () => {
    const store = new LogStore({ now: () => 0 });
    const writer = store.begin(run);
    writer.stdout(Buffer.concat([line("INFO", "a", "first"), Buffer.from("more\n\nlast\n")]));
    writer.stderr(line("WARNING", "slow", "still grows"));
    const before = all(store, writer.session.id).map((record) => structuredClone(record));
    for (let i = 0; i < 3000; i++) writer.stdout(Buffer.from("Solo5: solo5_exit(7) called\n"));
    writer.stderr(Buffer.from("  has grown\n"));
    const { id } = writer.session;
    assert.deepEqual(store.record(id, 0), before[0]);
    assert.equal(store.record(id, 100)?.status, 7);
    assert.deepEqual(store.record(id, 1)?.more, ["  has grown"]);
    assert.deepEqual([...store.query(id, { text: "has grown" })], [1]);
  });

  it("keeps the last records up to its limit", () => {
    const store = new LogStore({ maxRecords: 3000 });
    const writer = store.begin(run);
    for (let i = 0; i < 10_000; i++) writer.stdout(line("INFO", "a", `${i}`));
    const { id } = writer.session;
    const { first, end } = store.span(id);
    assert.equal(end, 10_000);
    assert.ok(end - first >= 3000 && end - first < 3000 + 2 * 2048, `${end - first}`);
    assert.equal(store.counts(id).levels.info, end - first);
    assert.equal(store.query(id, { text: "" }).length, end - first);
    assert.equal(store.record(id, first - 1), undefined);
    assert.equal(store.records(id, 0, 1)[0]?.message, `${first}`);
  });

  it("writes a console to its file up to the limit, says so there, and stores all records in memory", async () => {
    const store = new LogStore({ folder, maxFileBytes: () => 1000 });
    const writer = store.begin(run);
    for (let i = 0; i < 100; i++) writer.stdout(line("INFO", "a", `number ${i}`));
    writer.end({ kind: "ok", text: "" });
    await store.settled();
    const raw = await readFile(writer.session.rawFile ?? "", "utf8");
    assert.ok(raw.length < 1200, `${raw.length}`);
    assert.match(raw, /only its first 1000 bytes \(setting mirageos\.logFileSize\)\. ---\n$/);
    assert.equal(all(store, writer.session.id).length, 100);
    const after = new LogStore({ folder });
    await after.restore();
    await after.load(writer.session.id);
    assert.match(all(after, writer.session.id).at(-1)?.message ?? "", /The console continued/);

    const short = store.begin(run);
    short.stdout(Buffer.alloc(1000, "x"));
    short.end({ kind: "ok", text: "" });
    await store.settled();
    assert.equal(await readFile(short.session.rawFile ?? "", "utf8"), "x".repeat(1000));
  });

  it("deletes the oldest files if their total size exceeds the limit", async () => {
    let clock = 1_000_000;
    const store = new LogStore({ folder, maxTotalBytes: 250, now: () => (clock += 1000) });
    for (let i = 0; i < 4; i++) {
      const writer = store.begin(run);
      writer.stdout(Buffer.alloc(100, "x"));
      writer.end({ kind: "ok", text: `${i}` });
      await store.settled();
    }
    assert.deepEqual(
      store.sessions().map((session) => session.outcome?.text),
      ["3", "2"],
    );
  });

  it("separates two sessions that write at full speed", () => {
    const store = new LogStore();
    const writers = ["a", "b"].map((name) => store.begin({ ...run, name }));
    const block = (name: string, from: number) =>
      Buffer.concat(Array.from({ length: 500 }, (_, i) => line("INFO", name, `${name} ${from + i}`)));
    for (let from = 0; from < 20_000; from += 500) {
      for (const [at, name] of ["a", "b"].entries()) {
        const bytes = block(name, from);
        // Cut inside a line, because each session has its own unfinished line.
        writers[at]?.stderr(bytes.subarray(0, 1001));
        writers[at]?.stderr(bytes.subarray(1001));
      }
    }
    for (const [at, name] of ["a", "b"].entries()) {
      const { id } = writers[at]!.session;
      assert.equal(store.span(id).end, 20_000);
      assert.deepEqual([...store.counts(id).sources], [[name, 20_000]]);
      assert.equal(store.record(id, 19_999)?.message, `${name} 19999`);
    }
  });

  it("counts the records before a number, also in closed blocks", () => {
    const store = new LogStore();
    const writer = store.begin(run);
    for (let i = 0; i < 3000; i++) writer.stdout(line(i % 2 ? "INFO" : "DEBUG", i % 3 ? "a" : "b", "x"));
    const { levels, sources } = store.countsBefore(writer.session.id, 2100);
    assert.deepEqual(
      [levels.info, levels.debug, sources.get("a"), sources.get("b")],
      [1050, 1050, 1400, 700],
    );
  });

  it("coalesces changes", async () => {
    const store = new LogStore();
    const notified = new Promise<unknown>((resolve) => {
      const stop = store.onChange((changes) => {
        stop();
        resolve(changes);
      });
    });
    const writer = store.begin(run);
    for (let i = 0; i < 100; i++) writer.stdout(line("INFO", "a", "x"));
    assert.deepEqual(await notified, [
      { sessionId: writer.session.id, records: { from: 0, to: 100 }, session: true },
    ]);
  });

  it("continues in memory and reports an error if the console cannot be written", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    const errors: string[] = [];
    const store = new LogStore({ folder: file, onError: (reason) => errors.push(reason) });
    const writer = store.begin(run);
    writer.stdout(Buffer.from("still here\n"));
    writer.end({ kind: "ok", text: "" });
    await store.settled();
    assert.equal(errors.length, 1);
    assert.equal(all(store, writer.session.id)[0]?.message, "still here");
    await store.restore();
  });
});
