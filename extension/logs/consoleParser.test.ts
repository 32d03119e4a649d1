import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { stripAnsi } from "../platform/ansi.ts";
import { consoleParser, maxMoreLines } from "./consoleParser.ts";
import type { LogRecord, Stream } from "./model.ts";

const recordings = join(import.meta.dirname, "../../test-workspace/recordings/mirage-4.11.1");

interface Piece {
  readonly stream: Stream;
  readonly bytes: Uint8Array;
}

function parsePieces(pieces: Iterable<Piece>): LogRecord[] {
  const records: LogRecord[] = [];
  const parser = consoleParser({ now: () => 1000, onRecord: (record) => records.push(record) });
  for (const { stream, bytes } of pieces) parser[stream](bytes);
  parser.end();
  return records;
}

const parse = (text: string | Uint8Array, stream: Stream = "stdout") =>
  parsePieces([{ stream, bytes: typeof text === "string" ? Buffer.from(text) : text }]);

/** Such as `runtime/spt/mode-exn.stdout`. */
const recorded = (path: string) =>
  parse(readFileSync(join(recordings, path)), path.endsWith("stderr") ? "stderr" : "stdout");

const brief = ({ kind, level, source, message }: LogRecord) =>
  [kind, level ?? "", source ?? "", message].join("|");

describe("consoleParser", () => {
  it("reads every level of a unix console", () => {
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

  it("folds Solo5's banner and memory map into one record, whatever the line ends", () => {
    for (const path of ["hello-run/spt.stdout", "hello-run/virtio-tcg.stdout"]) {
      const records = recorded(path).filter((record) => record.kind !== "plain");
      assert.deepEqual(
        records.map((record) => record.kind),
        ["boot", "log", "log", "log", "log", "exit"],
      );
      const [boot] = records;
      assert.match(boot?.message ?? "", /^Solo5 v0\.12\.1, \d+ MB$/);
      assert.equal(boot?.more[0], "            |      ___|");
      assert.ok(boot?.more.some((line) => line.includes("heap >= ")));
    }
    const debug = recorded("runtime/tender-hvt/solo5-debug.stdout");
    assert.match(debug[0]?.more.at(-1) ?? "", /tscclock_init/);
  });

  it("reads the guest's last words", () => {
    const exit = recorded("runtime/hvt-in-vm/mode-exit3.stdout").at(-1);
    assert.equal(exit?.kind, "exit");
    assert.equal(exit?.status, 3);
    assert.deepEqual(recorded("runtime/tender-hvt/mem-4.stdout").map(brief), [
      "boot|||Solo5 v0.12.1",
      "abort|error||Solo5: ABORT: mem.c:54: Not enough memory",
    ]);
    assert.deepEqual(recorded("runtime/virtio-qemu-tcg/low-memory.stdout").slice(1).map(brief), [
      "abort|error||Fatal error: Not enough heap memory to reserve minor heaps",
      "abort|error||Solo5: solo5_abort() called",
    ]);
  });

  it("keeps a trap with its registers", () => {
    const trap = recorded("runtime/tender-hvt/solo5test-exception.stdout").find(
      (record) => record.kind === "trap",
    );
    assert.match(trap?.message ?? "", /type=#PF .*rip=0x104022/);
    assert.deepEqual(trap?.more, ["Solo5: trap: cr2=0x400000000"]);
  });

  it("reads an uncaught exception and the frames of its backtrace", () => {
    const exception = recorded("runtime/unix/mode-exn.stderr")[1];
    assert.equal(exception?.kind, "exception");
    assert.match(exception?.message ?? "", /Unikernel\.Custom\("boom", 42\)/);
    assert.equal(exception?.frames.length, 17);
    assert.equal(exception?.more.length, 17);
    assert.deepEqual(exception?.frames[0], {
      file: "unikernel.ml",
      line: 14,
      startColumn: 31,
      endColumn: 58,
      name: "Dune__exe__Unikernel.deep_raise.go",
      inlined: false,
    });
    const inlined = exception?.frames.find((frame) => frame.inlined);
    assert.equal(inlined?.file, "camlinternalLazy.ml");
    const afterwards = recorded("runtime/spt/mode-exn.stdout").map((record) => record.kind);
    assert.deepEqual(afterwards, ["boot", "log", "exception", "exit"]);
  });

  it("reads frames without a name, over several lines and without a place", () => {
    const [record] = parse(
      'Fatal error: exception Not_found\nRaised at file "a b.ml", line 3, characters 4-5\n' +
        'Called from X.(fun) in file "lib/x.ml", lines 7-9, characters 4-71\nCalled from unknown location\nafter\n',
    );
    assert.deepEqual(
      record?.frames.map(({ file, line, name }) => [file, line, name]),
      [
        ["a b.ml", 3, undefined],
        ["lib/x.ml", 7, "X.(fun)"],
      ],
    );
    assert.equal(record?.more.length, 3);
  });

  it("tells what the tender says from what the guest says", () => {
    assert.deepEqual(recorded("runtime/tender-hvt/missing-device-net.stderr").map(brief), [
      "tender|error||solo5-hvt: Device 'service0' of type NET_BASIC declared but not attached.",
      "tender|error||solo5-hvt: All declared devices must be attached. See --help for syntax.",
    ]);
    assert.deepEqual(recorded("runtime/tender-hvt/sigint.stderr").map(brief), [
      "tender|||solo5-hvt: Exiting on signal 2",
    ]);
    const busy = recorded("net-run/spt-tap-busy.stderr");
    assert.deepEqual(
      busy.map((record) => record.kind),
      ["tender", "tender", "usage"],
    );
    assert.match(recorded("hello-run/virtio-default.stderr")[1]?.message ?? "", /failed to set MSR/);
  });

  it("reads a command line that was not accepted, and its hint", () => {
    const records = recorded("runtime/spt/bad-option.stdout");
    assert.deepEqual(
      records.map((record) => record.kind),
      ["boot", "usage", "usage", "exit"],
    );
    assert.match(records[2]?.message ?? "", /^faulty: unknown option '--nope'/);
    assert.equal(
      records[2]?.more[0],
      String.raw`Hint: To pass a space, it needs to be escaped twice: --hello='Hello,\ world!'`,
    );
    assert.equal(recorded("runtime/unix/help.stdout").length, 1);
    const onTerminal = recorded("runtime/unix/bad-option-tty.stdout");
    assert.equal(onTerminal[0]?.message, "Usage: faulty [--help] [--mode=VAL] [OPTION]…");
    assert.ok(!JSON.stringify(onTerminal).includes("\\u001b"));
  });

  it("takes the box's indentation off the further lines of a message", () => {
    assert.deepEqual(recorded("net-run/block-unix.stderr")[0]?.more, [
      "  sector_size = 512;",
      "  size_sectors = 2048L }",
    ]);
  });

  it("reads the forms of earlier and later reporters", () => {
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
      records.map(({ message, lead }) => message.slice(lead)),
      ["connect 0", "slow", "Failed to parse frame", "[ack] 7", "hello", "", "it is", "sent 64 bytes"],
    );
    assert.equal(records[1]?.loggedAt, Date.UTC(2022, 2, 4, 3, 36, 7, 250));
    assert.equal(records[2]?.loggedAt, Date.UTC(2016, 0, 6, 22, 6, 57));
  });

  it("finds what begins within a line, behind text that the program did not end", () => {
    const records = parse(
      [
        'no line end hereFatal error: exception Failure("a: b")',
        'Raised at Lwt.poll in file "src/lwt.ml", line 3, characters 2-9',
        "bye!Solo5: solo5_exit(2) called",
        "10%2026-11-23T09:02:32Z: [INFO] [a] half",
        "..Solo5: trap: type=#PF ec=0x2 rip=0x1",
        'quoted "2026-11-23T09:02:32Z: [INFO] [a] b" is text, as is Solo5: itself',
        "",
      ].join("\n"),
    );
    assert.deepEqual(records.map(brief), [
      "plain|||no line end here",
      'exception|error||Fatal error: exception Failure("a: b")',
      "plain|||bye!",
      "exit|||Solo5: solo5_exit(2) called",
      "plain|||10%",
      "log|info|a|half",
      "trap|error||Solo5: trap: type=#PF ec=0x2 rip=0x1",
      'plain|||quoted "2026-11-23T09:02:32Z: [INFO] [a] b" is text, as is Solo5: itself',
    ]);
    assert.deepEqual(records[5]?.more, [".."]);
    assert.equal(records[1]?.frames.length, 1);
  });

  it("reads times of every form of RFC 3339, and takes no other for one", () => {
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
      "2026-11-23T09:02:32",
      "2026-11-23T09:02:32.Z",
      "2026-11-23T09:02:3xZ",
      "2026-11-23T09:02:32+0530",
      "2026-11-2xT09:02:32Z",
      "2026-11-23X09:02:32Z",
      "2026-11-23T09:02:32+05:30Z",
    ];
    assert.deepEqual(
      parse(others.map((stamp) => `${stamp}: [INFO] [a] b\n`).join("")).map(({ kind }) => kind),
      others.map(() => "plain"),
    );
  });

  it("reads the reporters that come with Logs, which tell no time", () => {
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

  it("reads a line with a time and a level but no source as a record of its own", () => {
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

  it("gives the same records however the bytes are cut", () => {
    const bytes = Buffer.concat(
      [
        "runtime/unix/mode-exn.stderr",
        "runtime/spt/mode-oom.stdout",
        "runtime/unix/bad-option-tty.stdout",
      ].map((path) => readFileSync(join(recordings, path))),
    );
    const whole = parse(bytes);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 60 }), (sizes) => {
        const pieces: Piece[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          pieces.push({ stream: "stdout", bytes: bytes.subarray(at, at + size) });
          at += size;
        }
        assert.deepEqual(parsePieces(pieces), whole);
      }),
      { numRuns: 30 },
    );
  });

  it("tells a record at once, and later that it has grown", () => {
    const told: string[] = [];
    let clock = 5;
    const parser = consoleParser({
      now: () => clock,
      onRecord: ({ seq, receivedAt, more }) => told.push(`new ${seq} at ${receivedAt}: ${more.length}`),
      onUpdate: ({ seq, more }) => told.push(`grown ${seq}: ${more.length}`),
    });
    parser.stderr(Buffer.from("2026-11-23T09:02:32Z: [INFO] [a] one\ntw"));
    clock = 7;
    parser.stdout(Buffer.from("print\n"));
    parser.stderr(Buffer.from("o\nthree\n2026-11-23T09:02:32Z: [INF"));
    clock = 9;
    parser.stderr(Buffer.from("O] [a] four\n"));
    assert.deepEqual(told, ["new 0 at 5: 0", "new 1 at 7: 0", "grown 0: 2", "new 2 at 7: 0"]);
  });

  it("holds on to the streams' own records when they come mixed", () => {
    const records = parsePieces([
      { stream: "stderr", bytes: Buffer.from("2026-11-23T09:02:32Z: [INFO] [a] one\n") },
      { stream: "stdout", bytes: Buffer.from("printed\n") },
      { stream: "stderr", bytes: Buffer.from("goes on\n") },
    ]);
    assert.deepEqual(
      records.map(({ message, more }) => [message, ...more]),
      [["one", "goes on"], ["printed"]],
    );
  });

  it("shows control characters, invalid bytes and HTML as the text they are", () => {
    const [record] = parse(
      Buffer.concat([
        Buffer.from(
          "2026-11-23T09:02:32Z: [INFO] [<b>] \u001b[31mred\u001b[0m \0<script>\u001b]0;title\u0007 ",
        ),
        Buffer.of(0xff, 0x0a),
      ]),
    );
    assert.equal(record?.message, "red \0<script> \uFFFD");
    assert.equal(record?.source, "<b>");
  });

  it("bounds a line without an end and a message without an end", () => {
    const piece = Buffer.alloc(1 << 20, "x");
    const head = { stream: "stdout", bytes: Buffer.from("2026-11-23T09:02:32Z: [INFO] [a] ") } as const;
    const pieces: Piece[] = [head];
    for (let i = 0; i < 100; i++) pieces.push({ stream: "stdout", bytes: piece });
    pieces.push({ stream: "stdout", bytes: Buffer.from("\nnext\n") });
    const records = parsePieces(pieces);
    assert.equal(records.length, 1);
    assert.ok((records[0]?.message.length ?? 0) < 66_000);
    assert.match(records[0]?.message ?? "", /cut; the whole line is in the raw console\)$/);
    assert.deepEqual(records[0]?.more, ["next"]);

    const endless = parse(`2026-11-23T09:02:32Z: [INFO] [a] first\n${"more\n".repeat(maxMoreLines + 10)}`);
    assert.equal(endless[0]?.more.length, maxMoreLines);
    assert.equal(endless.length, 11);
  });

  it("bounds how many records begin within a line", () => {
    for (const words of [
      "Fatal error: exception ",
      "Booting from ROM..",
      "x2026-11-23T09:02:32Z: [INFO] [",
    ]) {
      const records = parse(`${words.repeat(3000)}\n`);
      assert.ok(records.length < 100, `${words}: ${records.length}`);
    }
  });

  it("never fails, and loses no line, whatever comes", () => {
    const words = fc.constantFrom(
      "2026-11-23T09:02:32Z: ",
      "[INFO] ",
      "[",
      "] ",
      "Solo5: ",
      "trap: ",
      "Fatal error: exception ",
      "Called from ",
      "usage: solo5-",
      "\u001b[",
      "\n",
      "\r\n",
      "é",
      " ",
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60 }), (parts) => {
        const text = parts.join("");
        const lines = text.split(/\r\n|\n/).filter((line, at, all) => at < all.length - 1 || line !== "");
        let told = 0;
        for (const { kind, more } of parse(text)) told += more.length + (kind === "boot" ? 0 : 1);
        // What begins within a line is told by itself, and so is the text before it.
        const begins = /Fatal error: exception |Solo5: trap: |2026-11-23T09:02:32Z: \[INFO\] \[/;
        const within = stripAnsi(text).split(begins).length - 1;
        assert.ok(told >= lines.length && told <= lines.length + within, `${told} of ${lines.length}`);
      }),
    );
  });
});
