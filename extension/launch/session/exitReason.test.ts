import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { ProcessResult } from "../../platform/process.ts";
import type { TargetId } from "../../mirage/targets.ts";
import { exitReason } from "./exitReason.ts";

const recordings = new URL(
  "../../../test-workspace/recordings/mirage-4.11.1/runtime/virtio-qemu-tcg/",
  import.meta.url,
);
const consoleOf = (name: string) =>
  readFileSync(new URL(`${name}.stdout`, recordings), "utf8").split(/\r?\n/);

const exited = (code: number): ProcessResult => ({ kind: "exited", code });
const signalled = (signal: string): ProcessResult => ({ kind: "signalled", signal });
const textOf = (target: TargetId, result: ProcessResult, console: readonly string[] = []) =>
  exitReason(target, result, console).text;
/** The kind and the exit code. */
const outcome = (target: TargetId, result: ProcessResult, console: readonly string[] = []) => {
  const { kind, code } = exitReason(target, result, console);
  return `${kind} ${code}`;
};

describe("exitReason", () => {
  it("explains the exit codes of a unikernel", () => {
    assert.equal(textOf("unix", exited(0)), "ended normally");
    assert.equal(textOf("unix", exited(2)), "uncaught exception (exit code 2)");
    assert.match(textOf("unix", exited(63)), /help/);
    assert.match(textOf("unix", exited(64)), /invalid boot argument/);
    assert.equal(textOf("unix", exited(3)), "ended with exit code 3");
    assert.equal(textOf("unix", exited(255)), "ended with exit code 255");
    assert.equal(outcome("unix", exited(0)), "ok 0");
    assert.equal(outcome("unix", exited(3)), "failed 3");
  });

  it("distinguishes a tender's own failures from the unikernel's", () => {
    assert.match(textOf("hvt", exited(1)), /tender/);
    assert.match(textOf("spt", exited(255)), /solo5_abort/);
    assert.match(textOf("hvt", exited(2)), /uncaught exception/);
  });

  it("distinguishes a unikernel's exit code from the same code of the tender", () => {
    const own = (code: number) => ["FAILURE", `Solo5: solo5_exit(${code}) called`, ""];
    for (const target of ["hvt", "spt"] as const) {
      assert.equal(textOf(target, exited(1), own(1)), "ended with exit code 1");
      assert.equal(textOf(target, exited(255), own(255)), "ended with exit code 255");
    }
    const aborted = ["Solo5: ABORT: cpu_x86_64.c:182: Fatal trap"];
    assert.equal(textOf("hvt", exited(255), aborted), "aborted: Fatal trap");
    const smashed = ["Solo5: ABORT: Stack corruption detected", ""];
    assert.equal(textOf("virtio", exited(83), smashed), "aborted: Stack corruption detected");
    // The tender failed after the guest exited with 0.
    assert.match(textOf("hvt", exited(1), own(0)), /tender/);
  });

  it("reads a unikernel's exit code 1 in the output of solo5-hvt", () => {
    const said = consoleOf("../tender-hvt/solo5test-wnox");
    assert.deepEqual(exitReason("hvt", exited(1), said), {
      kind: "failed",
      code: 1,
      text: "ended with exit code 1",
      cause: "ownExitCode",
    });
  });

  it("distinguishes a tender that was stopped from one that failed", () => {
    const said = ["solo5-hvt: Exiting on signal 15"];
    assert.equal(textOf("hvt", exited(1), said), "stopped by signal 15");
    assert.equal(outcome("hvt", exited(1), said), "stopped 130");
  });

  it("explains the signals that end spt without a message", () => {
    assert.match(textOf("spt", signalled("SIGSEGV")), /CPU fault/);
    assert.match(textOf("spt", signalled("SIGSYS")), /forbidden system call/);
    assert.equal(textOf("unix", signalled("SIGTERM")), "stopped by SIGTERM");
    assert.equal(outcome("unix", signalled("SIGTERM")), "stopped 130");
    assert.equal(textOf("unix", signalled("SIGABRT")), "ended by SIGABRT");
    assert.equal(outcome("unix", signalled("SIGABRT")), "failed 1");
  });

  it("reads how a virtio image ended from its console, because QEMU always exits with 83", () => {
    const ended = (name: string) => exitReason("virtio", exited(83), consoleOf(name));
    assert.deepEqual(ended("mode-ok"), { kind: "ok", code: 0, text: "ended normally" });
    assert.deepEqual(ended("mode-exn"), {
      kind: "failed",
      code: 2,
      text: "uncaught exception (exit code 2)",
    });
    assert.deepEqual(ended("mode-exit3"), {
      kind: "failed",
      code: 3,
      text: "ended with exit code 3",
      cause: "ownExitCode",
    });
    assert.deepEqual(ended("solo5-abort"), { kind: "failed", code: 255, text: "aborted: Fatal trap" });
    assert.match(textOf("virtio", exited(1)), /QEMU failed/);
  });

  it("does not report a failure if the guest powers off without a message", () => {
    assert.match(textOf("unikraft-qemu", exited(83)), /does not show/);
    assert.equal(outcome("unikraft-qemu", exited(83)), "ok 0");
    assert.equal(outcome("unikraft-qemu", exited(85)), "failed 85");
    const exception = ["Fatal error: exception Not_found", 'Raised at file "unikernel.ml", line 1'];
    assert.equal(outcome("unikraft-qemu", exited(83), exception), "failed 2");
    assert.equal(outcome("unikraft-firecracker", exited(0), exception), "failed 2");
    assert.equal(outcome("xen", exited(0), ["Solo5: solo5_exit(2) called"]), "failed 2");
    assert.equal(outcome("xen", exited(0)), "ok 0");
  });

  it("reads the last messages of Unikraft and of Mini-OS", () => {
    const fault = [
      "[    1.0] CRIT: <init> [libukvmem] Cannot handle write page fault at 0x8 (ec: 0x2): Bad address",
    ];
    assert.equal(outcome("unikraft-qemu", exited(83), fault), "failed 255");
    assert.match(textOf("unikraft-qemu", exited(83), fault), /^aborted: Cannot handle write page fault/);
    const returned = (code: number) => [
      `[    0.2] Info: [libukboot] <boot.c @  442> main returned ${code}, halting system`,
    ];
    assert.equal(outcome("unikraft-firecracker", exited(0), returned(3)), "failed 3");
    assert.equal(outcome("unikraft-qemu", exited(83), returned(0)), "ok 0");
    assert.equal(outcome("xen", exited(0), ["Mirage exiting with status 2", "Do_exit called!"]), "failed 2");
  });

  it("reads a line that looks like many crashes in linear time", () => {
    const line = "CRIT: ".repeat(100_000);
    assert.equal(outcome("unikraft-qemu", exited(83), [line]), "ok 0");
  });

  it("explains a forbidden system call under hvt, which uses seccomp as well", () => {
    assert.match(textOf("hvt", signalled("SIGSYS")), /forbidden system call/);
  });

  it("reports that it was stopped or could not be started", () => {
    assert.equal(textOf("hvt", { kind: "cancelled" }), "stopped");
    assert.equal(outcome("hvt", { kind: "cancelled" }), "stopped 130");
    assert.equal(textOf("xen", { kind: "notFound", reason: "no xl" }), "could not be started: no xl");
  });
});
