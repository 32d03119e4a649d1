import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { stripAnsi } from "../../platform/ansi.ts";
import { ConsoleParser } from "./consoleParser.ts";
import { maxMoreLines } from "./openRecord.ts";
import { parse, parseChunks, recordings, type ConsoleChunk } from "./testConsole.ts";

describe("ConsoleParser", () => {
  it("yields the same records however the bytes are cut", () => {
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
        const chunks: ConsoleChunk[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          chunks.push({ stream: "stdout", bytes: bytes.subarray(at, at + size) });
          at += size;
        }
        assert.deepEqual(parseChunks(chunks), whole);
      }),
      { numRuns: 30 },
    );
  });

  it("reports a record immediately, and later that it has grown", () => {
    const reports: string[] = [];
    let clock = 5;
    const parser = new ConsoleParser({
      now: () => clock,
      onRecord: ({ seq, receivedAt, more }) => reports.push(`new ${seq} at ${receivedAt}: ${more.length}`),
      onUpdate: ({ seq, more }) => reports.push(`grown ${seq}: ${more.length}`),
    });
    parser.stderr(Buffer.from("2026-11-23T09:02:32Z: [INFO] [a] one\ntw"));
    clock = 7;
    parser.stdout(Buffer.from("print\n"));
    parser.stderr(Buffer.from("o\nthree\n2026-11-23T09:02:32Z: [INF"));
    clock = 9;
    parser.stderr(Buffer.from("O] [a] four\n"));
    assert.deepEqual(reports, ["new 0 at 5: 0", "new 1 at 7: 0", "grown 0: 2", "new 2 at 7: 0"]);
  });

  it("continues the records of each stream when the streams are interleaved", () => {
    const records = parseChunks([
      { stream: "stderr", bytes: Buffer.from("2026-11-23T09:02:32Z: [INFO] [a] one\n") },
      { stream: "stdout", bytes: Buffer.from("printed\n") },
      { stream: "stderr", bytes: Buffer.from("  goes on\n") },
    ]);
    assert.deepEqual(
      records.map(({ message, more }) => [message, ...more]),
      [["one", "  goes on"], ["printed"]],
    );
  });

  it("makes a record of a line that the program prints after a message has been written", () => {
    const chunks = (...texts: readonly string[]) =>
      parseChunks(texts.map((text) => ({ stream: "stderr", bytes: Buffer.from(text) })));
    const records = chunks("2026-11-23T09:02:32Z: [ERROR] [a] one\nand two\n", "x\n", "y\n");
    assert.deepEqual(
      records.map(({ kind, level, source, message, more }) => [kind, level, source, message, ...more]),
      [
        ["log", "error", "a", "one", "and two"],
        ["plain", undefined, undefined, "x"],
        ["plain", undefined, undefined, "y"],
      ],
    );
    const backtrace = 'Called from Dune__exe__Unikernel.f in file "unikernel.ml", line 3, characters 4-9\n';
    assert.equal(chunks("2026-11-23T09:02:32Z: [ERROR] [a] failed\n", backtrace)[0]?.frames.length, 1);
  });

  it("separates a line that arrives after a pause, even on a serial port", () => {
    const records: string[] = [];
    let clock = 0;
    const parser = new ConsoleParser({
      now: () => clock,
      onRecord: ({ kind }) => records.push(kind),
    });
    const serial = (text: string) => {
      for (const byte of Buffer.from(text)) parser.stdout(Buffer.of(byte));
    };
    serial("2026-11-23T09:02:32Z: [INFO] [a] one\nand two\n");
    clock = 1000;
    serial("x\n");
    assert.deepEqual(records, ["log", "plain"]);
  });

  it("leaves control characters, invalid bytes and HTML in the text", () => {
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

  it("removes escape sequences for colours, titles, links and pictures", () => {
    const [record] = parse(
      "\u001b(B\u001b[1;31mred\u001b[m \u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\ " +
        "\u001bPq#0;2;0;0;0\u001b\\\u001b_private\u001b\\\u001b[?25l\u001b[2K\u001b7after\u001b8\n",
    );
    assert.equal(record?.message, "red link after");
  });

  it("limits the length of lines and messages", () => {
    const piece = Buffer.alloc(1 << 20, "x");
    const head = { stream: "stdout", bytes: Buffer.from("2026-11-23T09:02:32Z: [INFO] [a] ") } as const;
    const chunks: ConsoleChunk[] = [head];
    for (let i = 0; i < 100; i++) chunks.push({ stream: "stdout", bytes: piece });
    chunks.push({ stream: "stdout", bytes: Buffer.from("\nnext\n") });
    const records = parseChunks(chunks);
    assert.equal(records.length, 1);
    assert.ok((records[0]?.message.length ?? 0) < 66_000);
    assert.match(records[0]?.message ?? "", /cut; the whole line is in the raw console\)$/);
    assert.deepEqual(records[0]?.more, ["next"]);

    const endless = parse(`2026-11-23T09:02:32Z: [INFO] [a] first\n${"more\n".repeat(maxMoreLines + 10)}`);
    assert.equal(endless[0]?.more.length, maxMoreLines);
    assert.equal(endless.length, 11);
  });

  it("limits how many records a line is split into", () => {
    for (const text of ["Fatal error: exception ", "Booting from ROM..", "x2026-11-23T09:02:32Z: [INFO] ["]) {
      const records = parse(`${text.repeat(3000)}\n`);
      assert.ok(records.length < 100, `${text}: ${records.length}`);
    }
  });

  it("neither throws nor loses a line on arbitrary input", () => {
    const fragment = fc.constantFrom(
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
      fc.property(fc.array(fragment, { maxLength: 60 }), (parts) => {
        const text = parts.join("");
        const lines = text.split(/\r\n|\n/).filter((line, at, all) => at < all.length - 1 || line !== "");
        let count = 0;
        for (const { kind, more } of parse(text)) count += more.length + (kind === "boot" ? 0 : 1);
        // A record that begins inside a line splits it in two.
        const begins = /Fatal error: exception |Solo5: trap: |2026-11-23T09:02:32Z: \[INFO\] \[/;
        const within = stripAnsi(text).split(begins).length - 1;
        assert.ok(count >= lines.length && count <= lines.length + within, `${count} of ${lines.length}`);
      }),
    );
  });
});
