import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { debugged } from "./testDebuggee.ts";

/** Answers as gdb 13.1 does with QEMU 7.2 as its server: the connection reports a stop of its own. */
const gdbScript = (source: string) => String.raw`#!/bin/sh
frame='frame={addr="0x000000000000fff0",func="??",args=[],arch="i386:x86-64"},thread-id="1",stopped-threads="all"'
while read -r line; do
  number=$(echo "$line" | sed 's/-.*//')
  case "$line" in
    *-gdb-version*) printf '%s\n' '~"GNU gdb (Debian) 13.1\n"' "$number^done" ;;
    *-target-select*)
      printf '%s\n' '=thread-group-started,id="i1",pid="1"' '=thread-created,id="1",group-id="i1"' \
        '~"0x000000000000fff0 in ?? ()\n"' "*stopped,$frame" "$number^connected" ;;
    *-file-list-exec-source-files*) echo "$number^done,files=[{file=\"unikernel.ml\",fullname=\"${source}\"}]" ;;
    *-break-insert*) echo "$number^done,bkpt={number=\"1\",addr=\"0x0000000000100020\",line=\"1\"}" ;;
    *-exec-continue*)
      printf '%s\n' "$number^running" '*running,thread-id="all"' "*stopped,reason=\"breakpoint-hit\",bkptno=\"1\",$frame" ;;
    *-gdb-exit*) echo "$number^exit"; exit ;;
    *) echo "$number^done" ;;
  esac
done`;

/** Creates the socket that its arguments name, and runs until it is ended. */
const qemuScript = String.raw`#!/bin/sh
for word; do
  case "$word" in socket,path=*) word="$(echo "$word" | sed 's/^socket,path=//; s/,.*//')"; : >"$word" ;; esac
done
exec sleep 600`;

describe("a unikernel that gdb debugs by a server", function () {
  if (process.platform === "win32") return;
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "server-"))));
  after(() => rm(folder, { recursive: true, force: true }));

  for (const kind of ["virtio", "attached"]) {
    it(`stops at its first breakpoint, not at the connection (${kind})`, async () => {
      const [source, image, gdb, qemu] = ["unikernel.ml", "image", "gdb", "qemu-system-x86_64"].map((name) =>
        join(folder, name),
      ) as [string, string, string, string];
      await writeFile(source, "let () = ()\n");
      await writeFile(image, "");
      await writeFile(gdb, gdbScript(source), { mode: 0o755 });
      await writeFile(qemu, qemuScript, { mode: 0o755 });
      const boot =
        kind === "virtio"
          ? {
              target: "virtio" as const,
              spec: { file: qemu, args: [], cwd: folder, env: process.env as Record<string, string> },
            }
          : { attach: { kind: "server" as const, address: "localhost:1234" } };
      const session = debugged({ folder, image }, { gdb, ...boot });
      try {
        const launched = await session.launch(() => session.setBreakpoints(source, [{ line: 1 }]));
        assert.ok(launched.success, launched.message);
        assert.equal((await session.stopped()).reason, "breakpoint");
        assert.equal(session.events("stopped").length, 1);
        await session.request("disconnect");
        await session.ended();
      } finally {
        session.session.dispose();
      }
    });
  }
});
