import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { libraryCallSites } from "./libraryCallSites.ts";
import type { LogRecord } from "../model.ts";

const logged = (source: string, message: string): LogRecord => ({
  seq: 0,
  receivedAt: 0,
  loggedAt: 0,
  kind: "log",
  stream: "stdout",
  level: "debug",
  source,
  message,
  more: [],
  frames: [],
  prefixLength: 0,
  status: undefined,
});

describe("libraryCallSites", () => {
  it("finds calls in the library that names the log source, without its tests, in the first folder that has any", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mirageos-libraries-"));
    const put = async (path: string, text: string) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    };
    const call = 'let f n = Log.debug (fun m -> m "dropped %d" n)';
    try {
      await put(
        "duniverse/tcpip/src/tcp/log.ml",
        'let src = Logs.Src.create "tcp" include (val Logs.src_log src)',
      );
      await put("duniverse/tcpip/src/tcp/flow.ml", call);
      await put("duniverse/tcpip/test/test_flow.ml", call);
      await put("duniverse/other/src/flow.ml", call);
      await put("duniverse/plain/plain.ml", 'let f () = Logs.debug (fun m -> m "plain words")');
      await put("switch/tcpip/tcp/flow.ml", `let src = Logs.Src.create "tcp" ${call}`);
      await put(
        "switch/arp/arp.ml",
        'let src = Logs.Src.create "arp" let f () = Log.debug (fun m -> m "arp")',
      );
      const found = async (record: LogRecord) =>
        (
          await libraryCallSites(record, [
            join(folder, "duniverse"),
            join(folder, "gone"),
            join(folder, "switch"),
          ])
        ).map(({ file }) => file.slice(folder.length + 1));
      assert.deepEqual(await found(logged("tcp", "dropped 3")), ["duniverse/tcpip/src/tcp/flow.ml"]);
      assert.deepEqual(await found(logged("application", "plain words")), ["duniverse/plain/plain.ml"]);
      assert.deepEqual(await found(logged("arp", "arp")), ["switch/arp/arp.ml"]);
      assert.deepEqual(await found(logged("tcp", "never logged")), []);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
