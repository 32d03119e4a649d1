import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stripAnsi } from "../../platform/ansi.ts";
import { ConsoleParser } from "./consoleParser.ts";
import type { LogRecord } from "../model.ts";

const recordings = join(import.meta.dirname, "../../../test-workspace/recordings/mirage-4.11.1");

/** The kinds of records in each recorded console, such as `1 boot, 4 log`, in order of first appearance. */
const consoles: Readonly<Record<string, string>> = {
  "hello-run/hvt-direct-pvm-fails.stderr": "1 tender",
  "hello-run/hvt-direct-pvm-fails.stdout": "1 boot",
  "hello-run/hvt-in-vm.stdout": "1 boot, 4 log, 1 exit",
  "hello-run/spt-tty.stdout": "1 boot, 4 log, 1 exit",
  "hello-run/spt.stdout": "1 boot, 4 log, 1 exit",
  "hello-run/unix-tty.stdout": "4 log",
  "hello-run/unix.stderr": "4 log",
  "hello-run/virtio-default.stderr": "3 tender",
  "hello-run/virtio-quiet-tcg.stderr": "1 plain, 1 usage",
  "hello-run/virtio-tcg.stderr": "1 tender",
  "hello-run/virtio-tcg.stdout": "1 boot, 1 plain, 4 log, 1 exit",
  "net-run/block-hvt-in-vm.stdout": "1 boot, 5 log, 1 exit",
  "net-run/block-spt-missing.stderr": "2 tender",
  "net-run/block-spt.stdout": "1 boot, 5 log, 1 exit",
  "net-run/block-unix-missing.stderr": "1 log, 1 exception",
  "net-run/block-unix.stderr": "5 log",
  "net-run/block-unix.stdout": "2 plain",
  "net-run/hvt-static-configure.stdout": "1 plain",
  "net-run/hvt-tap-in-vm.stderr": "1 tender",
  "net-run/hvt-tap-in-vm.stdout": "1 boot, 18 log",
  "net-run/manifest.stdout": "19 plain",
  "net-run/spt-missing-net.stderr": "2 tender",
  "net-run/spt-no-tap.stderr": "2 tender, 1 usage",
  "net-run/spt-static-configure.stdout": "1 plain",
  "net-run/spt-tap-busy.stderr": "2 tender, 1 usage",
  "net-run/spt-tap-debug.stdout": "1 boot, 64 log",
  "net-run/spt-tap-unprivileged.stdout": "1 boot, 17 log",
  "net-run/spt-tap.stdout": "1 boot, 18 log",
  "net-run/spt-wrong-name.stderr": "2 tender, 1 usage",
  "net-run/unix-direct-help.stdout": "1 usage",
  "net-run/unix-direct-no-tap.stderr": "18 log",
  "net-run/unix-direct-tap.stderr": "19 log",
  "net-run/unix-direct-unprivileged.stderr": "1 exception",
  "net-run/unix-socket-help.stdout": "1 usage",
  "net-run/unix-socket-run.stderr": "3 log",
  "runtime/gdb/gdb-waiting.stderr": "3 tender",
  "runtime/hvt-in-vm/mode-exit3.stdout": "1 boot, 1 log, 1 exit",
  "runtime/hvt-in-vm/mode-exn.stdout": "1 boot, 1 log, 1 exception, 1 exit",
  "runtime/hvt-in-vm/mode-levels.stdout": "1 boot, 7 log, 1 exit",
  "runtime/spt/bad-option.stdout": "1 boot, 2 usage, 1 exit",
  "runtime/spt/help-plain.stdout": "1 boot, 1 usage, 1 exit",
  "runtime/spt/log-bad.stdout": "1 boot, 2 usage, 1 exit",
  "runtime/spt/log-debug.stdout": "1 boot, 8 log, 1 exit",
  "runtime/spt/log-quiet.stdout": "1 boot, 2 plain, 1 exit",
  "runtime/spt/mode-exit3.stdout": "1 boot, 1 log, 1 exit",
  "runtime/spt/mode-exn.stdout": "1 boot, 1 log, 1 exception, 1 exit",
  "runtime/spt/mode-levels.stdout": "1 boot, 7 log, 1 exit",
  "runtime/spt/mode-oom.stdout": "1 boot, 2 log, 1 exception, 1 exit",
  "runtime/spt/version.stdout": "1 boot, 2 usage, 1 exit",
  "runtime/tender-hvt/bad-option.stderr": "1 tender, 1 usage",
  "runtime/tender-hvt/block-bad-syntax.stderr": "1 tender, 1 usage",
  "runtime/tender-hvt/block-empty-file.stderr": "1 tender",
  "runtime/tender-hvt/block-no-such-file.stderr": "1 tender",
  "runtime/tender-hvt/block-ok.stdout": "1 boot, 4 plain, 1 exit",
  "runtime/tender-hvt/debug-dumpcore.stderr": "4 tender",
  "runtime/tender-hvt/debug-dumpcore.stdout": "1 boot, 7 plain, 1 abort",
  "runtime/tender-hvt/debug-help.stderr": "1 usage",
  "runtime/tender-hvt/debug-run.stderr": "2 tender",
  "runtime/tender-hvt/debug-run.stdout": "1 boot, 5 plain, 1 exit",
  "runtime/tender-hvt/debug-version.stderr": "1 tender, 1 plain",
  "runtime/tender-hvt/dev-kvm-eacces.stderr": "1 tender",
  "runtime/tender-hvt/directory.stderr": "1 tender",
  "runtime/tender-hvt/help.stderr": "1 usage",
  "runtime/tender-hvt/mem-0.stderr": "1 tender",
  "runtime/tender-hvt/mem-1.stderr": "2 tender",
  "runtime/tender-hvt/mem-16.stdout": "1 boot, 1 log, 1 exit",
  "runtime/tender-hvt/mem-2.stderr": "1 tender",
  "runtime/tender-hvt/mem-4.stdout": "1 boot, 1 abort",
  "runtime/tender-hvt/mem-8.stdout": "1 boot, 2 abort",
  "runtime/tender-hvt/mem-x.stderr": "1 tender",
  "runtime/tender-hvt/missing-device-block.stderr": "2 tender",
  "runtime/tender-hvt/missing-device-net.stderr": "2 tender",
  "runtime/tender-hvt/missing-file.stderr": "1 tender",
  "runtime/tender-hvt/net-no-such-tap.stderr": "2 tender, 1 usage",
  "runtime/tender-hvt/no-args.stderr": "1 tender, 1 usage",
  "runtime/tender-hvt/no-dev-kvm-enoent.stderr": "1 tender",
  "runtime/tender-hvt/no-dev-kvm.stderr": "1 tender",
  "runtime/tender-hvt/not-elf.stderr": "1 tender",
  "runtime/tender-hvt/sigint.stderr": "1 tender",
  "runtime/tender-hvt/sigint.stdout": "1 boot, 1 log",
  "runtime/tender-hvt/sigterm.stderr": "1 tender",
  "runtime/tender-hvt/sigterm.stdout": "1 boot, 1 log",
  "runtime/tender-hvt/solo5-debug.stdout": "1 boot, 7 log, 1 exit",
  "runtime/tender-hvt/solo5-quiet.stdout": "7 log",
  "runtime/tender-hvt/solo5test-exception.stdout": "1 boot, 3 plain, 1 trap, 1 abort",
  "runtime/tender-hvt/solo5test-notls.stdout": "1 boot, 3 plain, 1 trap, 1 abort",
  "runtime/tender-hvt/solo5test-wnox.stdout": "1 boot, 4 plain, 1 exit",
  "runtime/tender-hvt/solo5test-xnow.stderr": "1 tender",
  "runtime/tender-hvt/undeclared-block.stderr": "2 tender, 1 usage",
  "runtime/tender-hvt/version.stderr": "1 tender, 1 plain",
  "runtime/tender-hvt/version.stdout": "",
  "runtime/tender-hvt/wrong-abi-unix.stderr": "1 tender",
  "runtime/tender-hvt/wrong-abi.stderr": "1 tender",
  "runtime/tender-spt/bad-option.stderr": "1 tender, 1 usage",
  "runtime/tender-spt/block-bad-syntax.stderr": "1 tender, 1 usage",
  "runtime/tender-spt/block-empty-file.stderr": "1 tender",
  "runtime/tender-spt/block-no-such-file.stderr": "1 tender",
  "runtime/tender-spt/block-ok.stdout": "1 boot, 4 plain, 1 exit",
  "runtime/tender-spt/directory.stderr": "1 tender",
  "runtime/tender-spt/help.stderr": "1 usage",
  "runtime/tender-spt/mem-0.stderr": "1 tender",
  "runtime/tender-spt/mem-1.stderr": "1 tender",
  "runtime/tender-spt/mem-16.stdout": "1 boot, 1 log, 1 exit",
  "runtime/tender-spt/mem-2.stderr": "1 tender",
  "runtime/tender-spt/mem-4.stdout": "1 boot, 2 abort",
  "runtime/tender-spt/mem-8.stdout": "1 boot, 1 log, 1 exit",
  "runtime/tender-spt/mem-x.stderr": "1 tender",
  "runtime/tender-spt/missing-device-block.stderr": "2 tender",
  "runtime/tender-spt/missing-device-net.stderr": "2 tender",
  "runtime/tender-spt/missing-file.stderr": "1 tender",
  "runtime/tender-spt/net-no-such-tap.stderr": "2 tender, 1 usage",
  "runtime/tender-spt/no-args.stderr": "1 tender, 1 usage",
  "runtime/tender-spt/not-elf.stderr": "1 tender",
  "runtime/tender-spt/sigint.stdout": "1 boot, 1 log",
  "runtime/tender-spt/sigterm.stdout": "1 boot, 1 log",
  "runtime/tender-spt/solo5-debug.stdout": "1 boot, 7 log, 1 exit",
  "runtime/tender-spt/solo5-quiet.stdout": "7 log",
  "runtime/tender-spt/solo5test-time.stdout": "1 boot, 15 plain, 1 exit",
  "runtime/tender-spt/undeclared-block.stderr": "2 tender, 1 usage",
  "runtime/tender-spt/version.stderr": "1 tender, 1 plain",
  "runtime/tender-spt/version.stdout": "",
  "runtime/tender-spt/wrong-abi-unix.stderr": "1 tender",
  "runtime/tender-spt/wrong-abi.stderr": "1 tender",
  "runtime/unix/bad-option-tty.stdout": "2 usage",
  "runtime/unix/bad-option.stderr": "2 usage",
  "runtime/unix/bad-option.stdout": "1 usage",
  "runtime/unix/color-tty.stdout": "8 log",
  "runtime/unix/help-of-arguments.stdout": "1 usage",
  "runtime/unix/help-plain.stdout": "1 usage",
  "runtime/unix/help.stdout": "1 usage",
  "runtime/unix/log-bad.stderr": "2 usage",
  "runtime/unix/log-debug.stderr": "8 log",
  "runtime/unix/mode-exn.stderr": "1 log, 1 exception",
  "runtime/unix/mode-lwt-exn.stderr": "1 log, 1 exception",
  "runtime/unix/mode-oom.stderr": "14 log, 1 exception",
  "runtime/virtio-qemu-tcg/low-memory.stdout": "1 boot, 2 abort",
  "runtime/virtio-qemu-tcg/mode-exit3.stdout": "1 boot, 1 plain, 1 log, 1 exit",
  "runtime/virtio-qemu-tcg/mode-exn.stdout": "1 boot, 1 plain, 1 log, 1 exception, 1 exit",
  "runtime/virtio-qemu-tcg/mode-lwt-exn.stdout": "1 boot, 1 plain, 1 log, 1 exception, 1 exit",
  "runtime/virtio-qemu-tcg/mode-ok.stdout": "1 boot, 1 plain, 1 log, 1 exit",
  "runtime/virtio-qemu-tcg/not-quiet.stderr": "1 tender",
  "runtime/virtio-qemu-tcg/solo5-abort.stdout": "1 boot, 3 plain, 1 trap, 1 abort",
  "runtime/virtio-qemu-tcg/solo5test-blk-unattached.stdout": "1 boot, 2 abort",
};

function parse(path: string, bytes: Uint8Array): LogRecord[] {
  const records: LogRecord[] = [];
  const parser = new ConsoleParser({ now: () => 0, onRecord: (record) => records.push(record) });
  parser[path.endsWith("stderr") ? "stderr" : "stdout"](bytes);
  parser.end();
  return records;
}

function summarize(records: readonly LogRecord[]): string {
  const kinds = Map.groupBy(records, ({ kind }) => kind);
  return [...kinds].map(([kind, all]) => `${all.length} ${kind}`).join(", ");
}

/** The lines of a record as they were printed, without the head before a message. */
function linesOf({ kind, message, prefixLength, more }: LogRecord): readonly string[] {
  return kind === "boot" ? more : [message.slice(prefixLength), ...more];
}

describe("recorded consoles", () => {
  const files = globSync("{hello-run,net-run,runtime}/**/*.{stdout,stderr}", { cwd: recordings })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !path.startsWith("runtime/elftool/"))
    .toSorted();

  it("are all in the table", () => {
    assert.deepEqual(files, Object.keys(consoles).toSorted());
  });

  for (const path of files) {
    it(`${path}: ${consoles[path]}`, () => {
      const bytes = readFileSync(join(recordings, path));
      const records = parse(path, bytes);
      assert.equal(summarize(records), consoles[path]);
      const printed = stripAnsi(bytes.toString()).split(/\r?\n/);
      if (printed.at(-1) === "") printed.pop();
      const read = records.flatMap(linesOf);
      assert.equal(read.length, printed.length, "every line is in a record");
      for (const [at, line] of printed.entries()) {
        assert.ok(line.endsWith((read[at] ?? "").trimStart()), `line ${at + 1}: ${line} / ${read[at]}`);
      }
    });
  }
});
