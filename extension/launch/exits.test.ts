import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { ProcessResult } from "../platform/process.ts";
import type { TargetId } from "../toolchain/targets.ts";
import { endingOf } from "./exits.ts";

const recordings = new URL(
  "../../test-workspace/recordings/mirage-4.11.1/runtime/virtio-qemu-tcg/",
  import.meta.url,
);
const consoleOf = (name: string) =>
  readFileSync(new URL(`${name}.stdout`, recordings), "utf8").split(/\r?\n/);

const exited = (code: number): ProcessResult => ({ kind: "exited", code });
const signalled = (signal: string): ProcessResult => ({ kind: "signalled", signal });
const words = (target: TargetId, result: ProcessResult, console: readonly string[] = []) =>
  endingOf(target, result, console).text;
/** What a session is coloured by, and the exit code it shows. */
const outcome = (target: TargetId, result: ProcessResult, console: readonly string[] = []) => {
  const { kind, code } = endingOf(target, result, console);
  return `${kind} ${code}`;
};

describe("the end of a run", () => {
  it("names what the exit codes of a unikernel mean", () => {
    assert.equal(words("unix", exited(0)), "ended normally");
    assert.equal(words("unix", exited(2)), "uncaught exception (exit code 2)");
    assert.match(words("unix", exited(63)), /help/);
    assert.match(words("unix", exited(64)), /boot argument/);
    assert.equal(words("unix", exited(3)), "ended with exit code 3");
    assert.equal(words("unix", exited(255)), "ended with exit code 255");
    assert.equal(outcome("unix", exited(0)), "ok 0");
    assert.equal(outcome("unix", exited(3)), "failed 3");
  });

  it("knows a tender's own failures from the unikernel's", () => {
    assert.match(words("hvt", exited(1)), /tender/);
    assert.match(words("spt", exited(255)), /solo5_abort/);
    assert.match(words("hvt", exited(2)), /uncaught exception/);
  });

  it("knows a unikernel that exits with a tender's own codes from the tender", () => {
    const own = (code: number) => ["FAILURE", `Solo5: solo5_exit(${code}) called`, ""];
    for (const target of ["hvt", "spt"] as const) {
      assert.equal(words(target, exited(1), own(1)), "ended with exit code 1");
      assert.equal(words(target, exited(255), own(255)), "ended with exit code 255");
    }
    const aborted = ["Solo5: ABORT: cpu_x86_64.c:182: Fatal trap"];
    assert.equal(words("hvt", exited(255), aborted), "aborted: Fatal trap");
    const smashed = ["Solo5: ABORT: Stack corruption detected", ""];
    assert.equal(words("virtio", exited(83), smashed), "aborted: Stack corruption detected");
    // The tender failed after a guest that would have ended well.
    assert.match(words("hvt", exited(1), own(0)), /tender/);
  });

  it("knows a unikernel's exit with 1 in what solo5-hvt prints", () => {
    const said = consoleOf("../tender-hvt/solo5test-wnox");
    assert.deepEqual(endingOf("hvt", exited(1), said), {
      kind: "failed",
      code: 1,
      text: "ended with exit code 1",
    });
  });

  it("tells a tender that was told to end from one that failed", () => {
    const said = ["solo5-hvt: Exiting on signal 15"];
    assert.equal(words("hvt", exited(1), said), "stopped by signal 15");
    assert.equal(outcome("hvt", exited(1), said), "stopped 130");
  });

  it("explains the signals that spt dies of without a message", () => {
    assert.match(words("spt", signalled("SIGSEGV")), /CPU fault/);
    assert.match(words("spt", signalled("SIGSYS")), /forbidden system call/);
    assert.equal(words("unix", signalled("SIGTERM")), "stopped by SIGTERM");
    assert.equal(outcome("unix", signalled("SIGTERM")), "stopped 130");
    assert.equal(words("unix", signalled("SIGABRT")), "ended by SIGABRT");
    assert.equal(outcome("unix", signalled("SIGABRT")), "failed 1");
  });

  it("takes the end of a virtio image from its console, as QEMU always exits with 83", () => {
    const ended = (name: string) => endingOf("virtio", exited(83), consoleOf(name));
    assert.deepEqual(ended("mode-ok"), { kind: "ok", code: 0, text: "ended normally" });
    assert.deepEqual(ended("mode-exn"), {
      kind: "failed",
      code: 2,
      text: "uncaught exception (exit code 2)",
    });
    assert.deepEqual(ended("mode-exit3"), { kind: "failed", code: 3, text: "ended with exit code 3" });
    assert.deepEqual(ended("solo5-abort"), { kind: "failed", code: 255, text: "aborted: Fatal trap" });
    assert.match(words("virtio", exited(1)), /QEMU failed/);
  });

  it("does not call a guest failed that powers off without a last word", () => {
    assert.match(words("unikraft-qemu", exited(83)), /does not tell/);
    assert.equal(outcome("unikraft-qemu", exited(83)), "ok 0");
    assert.equal(outcome("unikraft-qemu", exited(85)), "failed 85");
    const exception = ["Fatal error: exception Not_found", 'Raised at file "unikernel.ml", line 1'];
    assert.equal(outcome("unikraft-qemu", exited(83), exception), "failed 2");
    assert.equal(outcome("unikraft-firecracker", exited(0), exception), "failed 2");
    assert.equal(outcome("xen", exited(0), ["Solo5: solo5_exit(2) called"]), "failed 2");
    assert.equal(outcome("xen", exited(0)), "ok 0");
  });

  it("knows the last words of Unikraft and of Mini-OS", () => {
    const fault = [
      "[    1.0] CRIT: <init> [libukvmem] Cannot handle write page fault at 0x8 (ec: 0x2): Bad address",
    ];
    assert.equal(outcome("unikraft-qemu", exited(83), fault), "failed 255");
    assert.match(words("unikraft-qemu", exited(83), fault), /^aborted: Cannot handle write page fault/);
    const returned = (code: number) => [
      `[    0.2] Info: [libukboot] <boot.c @  442> main returned ${code}, halting system`,
    ];
    assert.equal(outcome("unikraft-firecracker", exited(0), returned(3)), "failed 3");
    assert.equal(outcome("unikraft-qemu", exited(83), returned(0)), "ok 0");
    assert.equal(outcome("xen", exited(0), ["Mirage exiting with status 2", "Do_exit called!"]), "failed 2");
  });

  it("is not held up by a line that looks like many crashes", () => {
    const line = "CRIT: ".repeat(100_000);
    assert.equal(outcome("unikraft-qemu", exited(83), [line]), "ok 0");
  });

  it("explains a forbidden system call under hvt, which confines itself as well", () => {
    assert.match(words("hvt", signalled("SIGSYS")), /forbidden system call/);
  });

  it("says when it was stopped or never started", () => {
    assert.equal(words("hvt", { kind: "cancelled" }), "stopped");
    assert.equal(outcome("hvt", { kind: "cancelled" }), "stopped 130");
    assert.equal(words("xen", { kind: "notFound", reason: "no xl" }), "not started: no xl");
  });
});
