import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { explainExit } from "./exits.ts";

const recordings = new URL(
  "../../test-workspace/recordings/mirage-4.11.1/runtime/virtio-qemu-tcg/",
  import.meta.url,
);
const consoleOf = (name: string) =>
  readFileSync(new URL(`${name}.stdout`, recordings), "utf8").split(/\r?\n/);

const virtioWords = (name: string) => explainExit("virtio", { kind: "exited", code: 83 }, consoleOf(name));

const unixWords = (code: number) => explainExit("unix", { kind: "exited", code });

describe("explainExit", () => {
  it("names what the exit codes of a unikernel mean", () => {
    assert.equal(unixWords(0), "ended normally");
    assert.equal(unixWords(2), "uncaught exception (exit code 2)");
    assert.match(unixWords(63), /help/);
    assert.match(unixWords(64), /boot argument/);
    assert.equal(unixWords(3), "ended with exit code 3");
    assert.equal(unixWords(255), "ended with exit code 255");
  });

  it("knows a tender's own failures from the unikernel's", () => {
    assert.match(explainExit("hvt", { kind: "exited", code: 1 }), /tender/);
    assert.match(explainExit("spt", { kind: "exited", code: 255 }), /solo5_abort/);
    assert.match(explainExit("hvt", { kind: "exited", code: 2 }), /uncaught exception/);
  });

  it("explains the signals that spt dies of without a message", () => {
    assert.match(explainExit("spt", { kind: "signalled", signal: "SIGSEGV" }), /CPU fault/);
    assert.match(explainExit("spt", { kind: "signalled", signal: "SIGSYS" }), /forbidden system call/);
    assert.equal(explainExit("unix", { kind: "signalled", signal: "SIGTERM" }), "stopped by SIGTERM");
    assert.equal(explainExit("unix", { kind: "signalled", signal: "SIGABRT" }), "ended by SIGABRT");
  });

  it("takes the end of a virtio image from its console, as QEMU always exits with 83", () => {
    assert.equal(virtioWords("mode-ok"), "ended normally");
    assert.equal(virtioWords("mode-exn"), "uncaught exception (exit code 2)");
    assert.equal(virtioWords("mode-exit3"), "ended with exit code 3");
    assert.equal(virtioWords("solo5-abort"), "aborted: Fatal trap");
    assert.match(explainExit("virtio", { kind: "exited", code: 83 }), /does not tell/);
    assert.match(explainExit("virtio", { kind: "exited", code: 1 }), /QEMU failed/);
  });

  it("says when it was stopped or never started", () => {
    assert.equal(explainExit("hvt", { kind: "cancelled" }), "stopped");
    assert.equal(explainExit("xen", { kind: "notFound", reason: "no xl" }), "not started: no xl");
  });
});
