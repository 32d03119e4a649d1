import assert from "node:assert/strict";
import { brief, parse, recorded } from "./testConsole.ts";

describe("lines of Solo5, OCaml's runtime, tenders and cmdliner", () => {
  it("collects Solo5's banner and memory map in one record, with any line ends", () => {
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

  it("recognizes how the guest ended", () => {
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

  it("collects a trap with its registers in one record", () => {
    const trap = recorded("runtime/tender-hvt/solo5test-exception.stdout").find(
      (record) => record.kind === "trap",
    );
    assert.match(trap?.message ?? "", /type=#PF .*rip=0x104022/);
    assert.deepEqual(trap?.more, ["Solo5: trap: cr2=0x400000000"]);
  });

  it("parses an uncaught exception and the frames of its backtrace", () => {
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

  it("parses frames without a name, over several lines and without a location", () => {
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

  it("distinguishes the tender's lines from the guest's", () => {
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

  it("recognizes a rejected command line and its hint", () => {
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

  it("splits a line in which a record begins after text without a line end", () => {
    const records = parse(
      [
        'no line end hereFatal error: exception Failure("a: b")',
        'Raised at Lwt.poll in file "src/lwt.ml", line 3, characters 2-9',
        "bye!Solo5: solo5_exit(2) called",
        "10%2026-11-23T09:02:32Z: [INFO] [a] half",
        "..Solo5: trap: type=#PF ec=0x2 rip=0x1",
        'quoted "2026-11-23T09:02:32Z: [INFO] [a] b" is text, as is Solo5: itself',
        "read 2026-11-23T09:02:34Z: [ERROR] [b] in a file",
        "Name: 2026-11-23T09:02:33Z: [WARNING] [a] nobody answers",
        "> 2026-11-23T09:02:34Z: [ERROR] [a] gave up",
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
      "plain|||read 2026-11-23T09:02:34Z: [ERROR] [b] in a file",
      "plain|||Name: ",
      "log|warning|a|nobody answers",
      "log|error|a|gave up",
    ]);
    assert.deepEqual(records[5]?.more, [".."]);
    assert.equal(records[1]?.frames.length, 1);
  });

  it("treats a line as a tender's only if that tender boots the target", () => {
    const kindOn = (target: string | undefined, line: string) =>
      parse(`${line}\n`, "stdout", target)[0]?.kind;
    const lines = {
      xl: "xl: cannot reach it",
      qemu: "qemu: cannot reach it",
      firecracker: "firecracker: cannot reach it",
      hvt: "solo5-hvt: cannot reach it",
      spt: "solo5-spt: cannot reach it",
      virtio: "solo5-virtio-run: cannot reach it",
      hypervisor: "(XEN) cannot reach it",
      config: "Parsing config from a.xl",
    };
    const heard = (target: string | undefined) =>
      Object.entries(lines).flatMap(([name, line]) => (kindOn(target, line) === "tender" ? [name] : []));
    assert.deepEqual(heard("unix"), []);
    assert.deepEqual(heard("macosx"), []);
    assert.deepEqual(heard("hvt"), ["hvt"]);
    assert.deepEqual(heard("spt"), ["spt"]);
    assert.deepEqual(heard("virtio"), ["qemu", "virtio"]);
    assert.deepEqual(heard("unikraft-qemu"), ["qemu"]);
    assert.deepEqual(heard("unikraft-firecracker"), ["firecracker"]);
    assert.deepEqual(heard("xen"), ["xl", "hypervisor", "config"]);
    assert.deepEqual(heard(undefined), Object.keys(lines), "any may have written it");
    const missing =
      "./hello: error while loading shared libraries: libgmp.so.10: cannot open shared object file";
    assert.equal(kindOn("unix", missing), "tender", "the loader prints this for any process");
    const [first] = parse("2026-11-23T09:02:32Z: [INFO] [a] b\nxl: mine\n", "stdout", "hvt");
    assert.deepEqual(first?.more, ["xl: mine"]);
  });

  it("collects the exceptions of several fibres in one record", () => {
    const [record, ...others] = parse(
      'Fatal error: exception Multiple exceptions:\n- Failure("a")\n' +
        '  Raised at Unikernel.f in file "unikernel.ml", line 3, characters 4-9\n' +
        '- Failure("b")\n  Called from Unikernel.g in file "unikernel.ml", line 9, characters 1-2\nafter\n',
    );
    assert.equal(record?.frames.length, 2);
    assert.equal(record?.more.length, 4);
    assert.deepEqual(others.map(brief), ["plain|||after"]);
  });

  it("recognizes calls of C functions that Solo5's C library lacks", () => {
    assert.deepEqual(parse("STUB: abort: rename() called\nSolo5: solo5_abort() called\n").map(brief), [
      "abort|error||STUB: abort: rename() called",
      "abort|error||Solo5: solo5_abort() called",
    ]);
  });

  it("parses the exceptions that Base's handler prints below its first line", () => {
    const [record, ...others] = parse(
      'Uncaught exception:\n  \n  (Failure "no key")\n\n' +
        'Raised at Unikernel.f in file "unikernel.ml", line 3, characters 1-2\nafter\n',
    );
    assert.equal(record?.kind, "exception");
    assert.equal(record?.frames.length, 1);
    assert.deepEqual(others.map(brief), ["plain|||after"]);
  });

  it("separates the messages that mirage-logs had buffered from the record before them", () => {
    const records = parse(
      "2016-03-09 23:21.27: INF [a] last\n--- Dumping log ring buffer ---\n" +
        "2016-03-09 23:21.20: DBG [b] kept\n  and more\n--- End dump ---\n",
    );
    assert.deepEqual(records.map(brief), [
      "log|info|a|last",
      "plain|||--- Dumping log ring buffer ---",
      "log|debug|b|kept",
      "plain|||--- End dump ---",
    ]);
  });
});
