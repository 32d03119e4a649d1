import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canDebug, compile, debugged, type Compiled, type Debugged } from "./testDebuggee.ts";

/** Sleeps 20 ms in code without a symbol, as that of a C library without its debug information. */
const stub = `
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <caml/mlvalues.h>
typedef long (*sleeper)(struct timespec *, void *);
value wait_without_symbol(value unit) {
  static sleeper code;
  /* mov $35, %eax; syscall; ret */
  static const unsigned char bytes[] = {0xb8, 0x23, 0, 0, 0, 0x0f, 0x05, 0xc3};
  struct timespec time = {0, 20000000};
  if (!code) {
    code = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(code, bytes, sizeof bytes);
  }
  code(&time, 0);
  return Val_unit;
}
`;
const waits = `
external wait : unit -> unit = "wait_without_symbol"
let[@inline never] work n = print_endline (string_of_int n)
let () =
  for n = 1 to 1000 do
    wait ();
    work n
  done
`;

describe("a unikernel under gdb that is paused outside of OCaml", function () {
  this.timeout(60_000);
  let folder: string;
  let compiled: Compiled;
  let session: Debugged | undefined;
  before(async function () {
    if (!canDebug()) return this.skip();
    folder = await mkdtemp(join(tmpdir(), "debuggee-stub-"));
    await writeFile(join(folder, "stub.c"), stub);
    compiled = await compile(waits, ["-g", join(folder, "stub.c")]);
  });
  afterEach(() => session?.session.dispose());
  after(async () => {
    await compiled?.remove();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  for (const command of ["next", "stepIn", "stepOut"]) {
    it(`goes on to the next line of the user by ${command}`, async () => {
      session = debugged(compiled, {}, { debug: true });
      await session.launch();
      await session.until(() => (session?.guest.stdout.includes("3\n") ? true : undefined));
      await session.request("pause", { threadId: 1 });
      assert.equal((await session.stopped()).reason, "pause");
      assert.equal((await session.go(command)).reason, "step");
      const [frame] = await session.frames();
      assert.ok(frame?.source?.path?.endsWith("unikernel.ml"), JSON.stringify(frame));
    });
  }

  it("can still be inspected after a command that gdb refuses", async () => {
    session = debugged(compiled, {}, { debug: true });
    await session.launch();
    await session.until(() => (session?.guest.stdout.includes("3\n") ? true : undefined));
    await session.request("pause", { threadId: 1 });
    await session.stopped();
    // A thread that does not exist.
    await session.request("next", { threadId: 99, granularity: "instruction" });
    assert.equal((await session.stopped()).reason, "pause");
    assert.ok((await session.frames()).length > 0);
    assert.match(session.output(), /Invalid thread id/);
    await session.setBreakpoints(compiled.source, [{ line: compiled.lineOf("print_endline") }]);
    assert.equal((await session.go("continue")).reason, "breakpoint");
  });
});
