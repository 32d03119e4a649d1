import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Run } from "../platform/process.ts";
import { parsePs, parseStat, readProcessTree, usageReader } from "./processUsage.ts";

describe("the usage of processes on Linux", () => {
  let proc: string;
  beforeEach(async () => (proc = await mkdtemp(join(tmpdir(), "mirageos-proc-"))));
  afterEach(() => rm(proc, { recursive: true, force: true }));

  const add = async (
    pid: number,
    name: string,
    ticks: readonly [number, number],
    kb: number,
    children = "",
  ) => {
    const folder = join(proc, String(pid));
    await mkdir(join(folder, "task", String(pid)), { recursive: true });
    const stat = `${pid} (${name}) S 1 ${pid} ${pid} 0 -1 4194560 900 0 0 0 ${ticks.join(" ")} 99 99 20 0 1 0 88 1 2\n`;
    await writeFile(join(folder, "stat"), stat);
    await writeFile(join(folder, "status"), `Name:\t${name}\nVmPeak:\t  999 kB\nVmRSS:\t   ${kb} kB\n`);
    await writeFile(join(folder, "task", String(pid), "children"), children);
  };

  it("is that of the process and of those that it started", async () => {
    await add(10, "sudo", [1, 2], 100, "11 ");
    await add(11, "solo5-hvt (x)", [30, 4], 2000);
    await add(12, "other", [500, 500], 9000);
    assert.deepEqual(readProcessTree(10, proc), { cpuMs: 370, memory: 2100 * 1024 });
  });

  it("does not count gdb, but what runs under it", async () => {
    await add(10, "gdb", [100, 100], 90_000, "11 ");
    await add(11, "solo5-spt", [5, 0], 700);
    assert.deepEqual(readProcessTree(10, proc), { cpuMs: 50, memory: 700 * 1024 });
  });

  it("is unknown if the process has ended, and leaves out children that have", async () => {
    assert.equal(readProcessTree(10, proc), undefined);
    await add(10, "solo5-spt", [5, 5], 700, "11 12 ");
    assert.deepEqual(readProcessTree(10, proc), { cpuMs: 100, memory: 700 * 1024 });
  });

  it("parses names with blanks and parentheses, and no zombies or cut lines", () => {
    const rest = "S 1 1 1 0 -1 0 0 0 0 0 7 8 0 0";
    assert.deepEqual(parseStat(`1 (a) b (c)) ${rest}`), { name: "a) b (c)", ticks: 15 });
    assert.equal(parseStat(`1 (a) ${rest.replace("S", "Z")}`), undefined);
    for (const text of ["", "1 (a", "1 (a) S 1", ")("]) assert.equal(parseStat(text), undefined, text);
  });

  it("is read from the processes of this computer", async function () {
    const read = usageReader(process.platform, () => assert.fail("no program is run"));
    if (process.platform !== "linux" || !read) return this.skip();
    const code = "setTimeout(() => {}, 60000); console.log(1)";
    const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "ignore"] });
    await once(child.stdout, "data");
    const usage = (await read([child.pid ?? 0, 2 ** 30])).get(child.pid ?? 0);
    child.kill();
    await once(child, "exit");
    assert.ok(usage && usage.memory > 10_000_000 && usage.memory < 2_000_000_000, String(usage?.memory));
    assert.ok(usage.cpuMs < 60_000, String(usage.cpuMs));
  });
});

describe("the usage of processes on macOS", () => {
  it("is parsed from ps", async () => {
    const args: (readonly string[])[] = [];
    const run: Run = async (spec, hooks) => {
      args.push([spec.file, ...spec.args]);
      hooks?.onStdout?.(Buffer.from("  501  13312   0:01.25\n 7002 2097152 123:45.50\n"));
      return { kind: "exited", code: 0 };
    };
    const read = usageReader("darwin", run);
    assert.deepEqual(
      [...((await read?.([501, 7002])) ?? [])],
      [
        [501, { cpuMs: 1250, memory: 13_631_488 }],
        [7002, { cpuMs: 7_425_500, memory: 2_147_483_648 }],
      ],
    );
    assert.deepEqual(args, [["/bin/ps", "-o", "pid=,rss=,time=", "-p", "501,7002"]]);
    assert.deepEqual([...((await read?.([])) ?? [])], []);
    assert.equal(args.length, 1, "ps is not started for nothing");
  });

  it("accepts the times of other systems, and nothing else", () => {
    assert.deepEqual(parsePs("1 2 01:02:03\n5 6 2-00:00:01\n").get(1)?.cpuMs, 3_723_000);
    assert.equal(parsePs("5 6 2-00:00:01\n").get(5)?.cpuMs, 172_801_000);
    assert.equal(parsePs("PID RSS TIME\n1 2\nx y z\n").size, 0);
  });
});

describe("the usage of processes on Windows", () => {
  it("is not read", () => {
    assert.equal(
      usageReader("win32", () => assert.fail("no program is run")),
      undefined,
    );
  });
});
