import assert from "node:assert/strict";
import { explainCrash } from "./explainCrash.ts";
import { parse, recorded } from "../console/testConsole.ts";
import type { ExitCause, Outcome } from "../model.ts";
import { setTexts } from "../../protocol/l10n.ts";

const crashOf = (path: string) => explainCrash(recorded(path));

describe("The explanation of a crash", () => {
  it("offers the debugger for a stack overflow on unix, whose backtrace lacks the recursive function", () => {
    const onUnix = parse(
      [
        "Fatal error: exception Stack overflow",
        'Raised by primitive operation at Lwt_engine.libev#iter in file "duniverse/lwt/src/unix/lwt_engine.ml", line 194, characters 6-24',
        'Called from Unix_os__Main.run in file "duniverse/mirage-unix/lib/main.ml", line 11, characters 4-45',
        'Called from Dune__exe__Main.run in file "mirage/main.ml", line 4, characters 12-30',
        "",
      ].join("\n"),
    );
    const crash = explainCrash(onUnix, { target: "unix" });
    assert.equal(crash?.text, "It ran out of stack.");
    assert.match(crash?.next ?? "", /tail call\. .* the debugger stops there\.$/);
    assert.deepEqual(crash?.actions, [{ kind: "debug" }]);

    const onSpt = parse(
      [
        "Fatal error: exception Stack overflow",
        'Raised by primitive operation at Dune__exe__Unikernel.depth in file "unikernel.ml", line 1, characters 43-56',
        "",
      ].join("\n"),
    );
    for (const target of ["spt", "unix"]) {
      const withFrame = explainCrash(onSpt, { target });
      assert.deepEqual(withFrame?.actions, [{ kind: "frame" }]);
      assert.match(withFrame?.next ?? "", /a tail call\.$/);
    }
  });

  it("links the line of a logged exception if only the exit shows a failure", () => {
    const said = [
      "2026-11-24T10:00:00Z: [ERROR] [application] in a promise: Not_found",
      'Raised at Unikernel.go in file "unikernel.ml", line 3, characters 4-9',
      'Called from Lwt.catch in file "src/core/lwt.ml", line 2016, characters 16-20',
      "2026-11-24T10:00:00Z: [INFO] [application] giving up",
      "",
    ];
    const records = parse(said.join("\n"));
    const outcome = { kind: "failed", text: "ended with exit code 1", cause: "ownExitCode" } as const;
    const crash = explainCrash(records, { target: "unix", outcome });
    assert.deepEqual([crash?.text, crash?.seq, crash?.frame?.line], ["Ended with exit code 1.", 0, 3]);
    assert.match(crash?.next ?? "", /has a backtrace/);
    assert.deepEqual(crash?.actions, [{ kind: "frame" }]);
  });

  it("finds the cause in a logged error if only the exit shows a failure", () => {
    const records = parse(
      '2017-08-15 21:40:55 +01:00: ERR [application] main: (Failure "tun[TUNSETIFF]: Operation not permitted")\n',
    );
    const outcome = { kind: "failed", text: "ended with exit code 1" } as const;
    assert.match(
      explainCrash(records, { target: "unix", outcome })?.text ?? "",
      /no permission to create its network/,
    );
    const own = records.map((record) => ({ ...record, message: "Could not open 'a.conf': No such file" }));
    assert.equal(
      explainCrash(own, { target: "unix", outcome })?.text,
      "Ended with exit code 1.",
      "the same text in a logged error may mean something else",
    );
    const well = { kind: "ok", text: "ended normally" } as const;
    assert.equal(explainCrash(records, { target: "unix", outcome: well }), undefined);
  });

  it("links the line of an exception that the program's own handler printed", () => {
    const said = [
      'OOPS Dune__exe__Unikernel.Custom("boom")',
      'Raised at Dune__exe__Unikernel.go in file "unikernel.ml", line 3, characters 4-9',
      "",
    ];
    const records = parse(said.join("\n"));
    const outcome = { kind: "failed", text: "uncaught exception (exit code 2)" } as const;
    const crash = explainCrash(records, { target: "unix", outcome });
    assert.equal(crash?.text, "Uncaught exception (exit code 2).");
    assert.match(crash?.next ?? "", /includes a backtrace/);
    assert.deepEqual([crash?.seq, crash?.frame?.line, crash?.actions], [0, 3, [{ kind: "frame" }]]);
  });

  it("quotes the last logged error if the program chose its exit code itself", () => {
    const records = parse(
      "2026-11-27T20:43:09Z: [ERROR] [a] first\n2026-11-27T20:43:09Z: [ERROR] [a] no route to 10.0.0.1\n" +
        "2026-11-27T20:43:09Z: [INFO] [a] bye\n",
    );
    const outcome = { kind: "failed", text: "ended with exit code 1", cause: "ownExitCode" } as const;
    const crash = explainCrash(records, { target: "hvt", outcome });
    assert.equal(crash?.text, "Ended with exit code 1.");
    assert.equal(crash?.next, "The last error in the log may say why: no route to 10.0.0.1");
    assert.equal(crash?.seq, 1);
    const killed = { kind: "failed", text: "ended by SIGSEGV", cause: "memoryFault" } as const;
    assert.match(explainCrash(records, { target: "unix", outcome: killed })?.next ?? "", /C stubs/);
  });

  it("counts the other devices that are not attached", () => {
    const missing = (...names: readonly string[]) =>
      explainCrash(
        parse(
          names
            .map((name) => `solo5-hvt: Device '${name}' of type NET_BASIC declared but not attached.\n`)
            .join(""),
        ),
      )?.text;
    assert.equal(missing("a"), "Its device a is not attached.");
    assert.equal(missing("a", "b"), "Its device a is not attached. One other device is not attached either.");
    assert.equal(
      missing("a", "b", "c"),
      "Its device a is not attached. 2 other devices are not attached either.",
    );
  });

  it("names possible reasons for a memory fault", () => {
    const outcome = { kind: "failed", text: "ended by SIGSEGV", cause: "memoryFault" } as const;
    assert.match(explainCrash([], { target: "unix", outcome })?.next ?? "", /C stubs/);
  });

  it("ignores frames of libraries and offers actions", () => {
    assert.equal(crashOf("runtime/unix/mode-lwt-exn.stderr")?.frame, undefined);
    assert.match(crashOf("runtime/unix/mode-lwt-exn.stderr")?.next ?? "", /only libraries/);
    const installed = [
      'Fatal error: exception Dune__exe__Unikernel.Custom("boom", 42)',
      'Raised at Lwt.Miscellaneous.poll in file "src/core/lwt.ml", line 3141, characters 20-29',
      'Called from Solo5_os__Main.run.aux in file "lib/main.ml", line 46, characters 10-20',
      'Called from Dune__exe__Main in file "mirage/main.ml", line 135, characters 2-7',
      "",
    ];
    const records = parse(installed.join("\n"));
    assert.equal(explainCrash(records)?.frame, undefined, "the runtime's own frame, from a switch");
    const [first] = records;
    assert.ok(first);
    const message = 'Fatal error: exception Hello__Deep_thing.Deep("a__B")';
    assert.match(
      explainCrash([{ ...first, message, more: [] }])?.text ?? "",
      /^Uncaught exception Hello\.Deep_thing\.Deep\("a__B"\)/,
    );
    const actions = (path: string) => crashOf(path)?.actions.map(({ kind }) => kind);
    assert.deepEqual(actions("runtime/unix/mode-exn.stderr"), ["frame"]);
    assert.deepEqual(actions("runtime/tender-hvt/missing-device-net.stderr"), ["launch", "devices"]);
    assert.deepEqual(crashOf("net-run/unix-direct-unprivileged.stderr")?.actions, [
      { kind: "network", tap: "tap0" },
      { kind: "copy", text: "sudo ip tuntap add tap0 mode tap user $USER" },
    ]);
  });

  it("offers spt if KVM can't run an image for hvt", () => {
    const records = parse("solo5-hvt: KVM: internal error exit: suberror=0x1\n");
    const actions = (session: Parameters<typeof explainCrash>[1]) => explainCrash(records, session)?.actions;
    assert.deepEqual(actions({ target: "hvt" }), [{ kind: "useTarget", target: "spt" }]);
    assert.deepEqual(actions({ target: "hvt", onHost: true }), [{ kind: "target" }]);
    assert.deepEqual(actions({ target: "unikraft-firecracker" }), [{ kind: "target" }]);
  });

  it("offers to search for an exception of the program, or for a constant message, if no frame is known", () => {
    const actionsFor = (...lines: string[]) => explainCrash(parse(`${lines.join("\n")}\n`))?.actions;
    const library = 'Raised at Lwt.poll in file "duniverse/lwt/src/core/lwt.ml", line 3141, characters 20-29';
    const own = 'Raised at Dune__exe__Unikernel.f in file "unikernel.ml", line 3, characters 2-9';
    const exception = "Fatal error: exception Dune__exe__Unikernel.Too_late(3)";
    assert.deepEqual(actionsFor(exception, library), [{ kind: "search", text: "Too_late" }]);
    assert.deepEqual(actionsFor(exception, own), [{ kind: "frame" }]);
    const failure = (text: string) => actionsFor(`Fatal error: exception Failure("${text}")`, library);
    assert.deepEqual(failure("no such thing"), [{ kind: "search", text: "no such thing" }]);
    assert.deepEqual(failure("port 80 is in use"), []);
    assert.deepEqual(actionsFor("Fatal error: exception Not_found", library), []);
  });

  describe("an exit without any console output", () => {
    const explainExit = (outcome: Outcome) => explainCrash([], { target: "spt", outcome });

    it("on another host leads to the Hosts view instead of launch.json", () => {
      const outcome: Outcome = { kind: "failed", text: "exited with code 64", cause: "argumentsRejected" };
      const here = explainCrash([], { target: "spt", outcome });
      const there = explainCrash([], { target: "spt", outcome, onHost: true });
      assert.deepEqual(here?.actions, [{ kind: "launch" }]);
      assert.deepEqual(there?.actions, [{ kind: "hosts" }]);
      assert.match(there.next ?? "", /Hosts view/);
    });
    const advice: readonly (readonly [ExitCause, RegExp])[] = [
      ["ownExitCode", /chose this exit code/],
      ["helpPrinted", /--help/],
      ["argumentsRejected", /"args"/],
      ["memoryFault", /C stubs/],
      ["forbiddenSystemCall", /same opam switch/],
    ];

    it("is explained by its cause", () => {
      for (const [cause, next] of advice)
        assert.match(explainExit({ kind: "failed", text: "ended", cause })?.next ?? "", next);
      assert.equal(explainExit({ kind: "failed", text: "CPU fault" })?.text, "CPU fault.");
      assert.equal(explainExit({ kind: "ok", text: "ended normally" }), undefined);
    });

    it("is explained the same if its text was stored in another language", () => {
      setTexts({ "ended with exit code {0}": "mit Code {0} beendet" });
      try {
        for (const [cause, next] of advice)
          assert.match(
            explainExit({ kind: "failed", text: "ended with exit code 3", cause })?.next ?? "",
            next,
          );
      } finally {
        setTexts(undefined);
      }
      const records = parse("2026-11-27T20:43:09Z: [ERROR] [a] no route\n");
      const outcome = { kind: "failed", text: "mit Code 3 beendet", cause: "ownExitCode" } as const;
      assert.match(explainCrash(records, { target: "hvt", outcome })?.next ?? "", /may say why: no route$/);
    });
  });

  it("returns undefined for a run without a failure", () => {
    assert.equal(crashOf("hello-run/spt.stdout"), undefined);
    assert.equal(crashOf("runtime/tender-hvt/sigint.stderr"), undefined);
  });
});
