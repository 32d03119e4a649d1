import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { compile, debuggedProgram } from "./testDebuggee.ts";
import { processesOf, program } from "./testProgram.ts";

describe("a unikernel under gdb with problems around it", function () {
  const { compiled, line, debug } = debuggedProgram();

  it("says why a breakpoint is not set", async () => {
    const session = debug(compiled());
    const set = (path: string, at: object) => session.setBreakpoints(path, [{ line: 1, ...at }]);
    await session.launch(async () => {
      await session.setBreakpoints(compiled().source, [{ line: line("handle request count =") }]);
    });
    await session.stopped();
    const [comment] = await set(compiled().source, { line: line("The end of the program") });
    assert.equal(comment?.line, line("exit 3"), "a comment moves to the next line with code");
    const [late] = await set(compiled().source, { line: 5000 });
    assert.match(late?.message ?? "", /no code at this line/);
    const [other] = await set("/elsewhere/other.ml", {});
    assert.match(other?.message ?? "", /not part of the image/);
    const [hits] = await set(compiled().source, { line: line("C.print"), hitCondition: "often" });
    assert.match(hits?.message ?? "", /not a number of hits/);
    assert.deepEqual(
      [comment?.verified, late?.verified, other?.verified, hits?.verified],
      [true, false, false, false],
    );
  });

  it("sets breakpoints and pauses while the program runs, and ends it without leaving a process", async () => {
    const endless = await compile(`
let rec wait n =
  Unix.sleepf 0.01;
  if n >= 0 then wait (n + 1)

let () = wait 0
`);
    try {
      const session = debug(endless, {}, { debug: true });
      await session.launch();
      const [set] = await session.setBreakpoints(endless.source, [{ line: endless.lineOf("if n >= 0") }]);
      assert.equal(set?.verified, true);
      assert.equal((await session.stopped()).reason, "breakpoint");
      await session.setBreakpoints(endless.source, []);
      await session.request("continue", { threadId: 1 });
      const refused = await session.tryRequest("evaluate", { expression: "n" });
      assert.match(refused.success ? "" : (refused.message ?? ""), /running/);
      await session.request("pause", { threadId: 1 });
      assert.equal((await session.stopped()).reason, "pause");
      assert.ok((await session.frames()).some(({ name }) => name === "Unikernel.wait"));
      await session.request("restart");
      await session.request("disconnect");
      await session.ended();
      assert.deepEqual(processesOf(endless.image), []);
    } finally {
      await endless.remove();
    }
  });

  it("can be paused and ended while a breakpoint is hit all the time", async () => {
    const busy = await compile(`
let[@inline never] rec count n =
  if n = 1 then print_endline "counting";
  if n >= 0 then count (n + 1)

let () = count 0
`);
    try {
      const session = debug(busy);
      const at = { line: busy.lineOf("if n >= 0"), condition: "n + n = -1" };
      await session.launch(() => session.setBreakpoints(busy.source, [at]));
      await session.until(() => (session.output().includes("counting") ? true : undefined));
      await session.request("pause", { threadId: 1 });
      assert.equal((await session.stopped()).reason, "pause");
      assert.ok((await session.frames()).some(({ name }) => name === "Unikernel.count"));
      await session.request("continue", { threadId: 1 });
      await session.request("disconnect");
      await session.ended();
      assert.deepEqual(processesOf(busy.image), []);
    } finally {
      await busy.remove();
    }
  });

  it("shows the console byte for byte as without gdb, and passes arguments, variables and signals on", async () => {
    const talking = await compile(`
let () =
  Array.iter print_endline (Sys.argv |> Array.to_list |> List.tl |> Array.of_list);
  List.iter (fun name -> print_endline (try name ^ "=" ^ Sys.getenv name with Not_found -> name))
    [ "SHELL"; "LINES"; "COLUMNS"; "LC_ALL"; "ODD" ];
  print_string (try input_line stdin with End_of_file -> "no input");
  flush stdout;
  Sys.set_signal Sys.sigusr1 (Sys.Signal_handle (fun _ -> prerr_string "usr1"));
  Unix.kill (Unix.getpid ()) Sys.sigusr1;
  prerr_string (Sys.getcwd ());
  flush stderr;
  Unix.kill (Unix.getpid ()) Sys.sigterm
`);
    try {
      const args = ["a b", "", "'\";$(touch x)`y`", "é🐫", "*", "a\\b"];
      const env = { PATH: "/usr/bin:/bin", SHELL: "/usr/bin/fish", LINES: "7", ODD: "a 'b' $c" };
      const plain = debug(talking, { args, env });
      await plain.launch();
      await plain.ended();
      const session = debug(talking, { args, env }, { debug: true });
      await session.launch();
      await session.ended();
      assert.match(plain.guest.stdout, /no input$/);
      assert.deepEqual(session.guest, plain.guest);
      assert.deepEqual(session.events("exited"), plain.events("exited"));
    } finally {
      await talking.remove();
    }
  });

  it("says that an image is stripped, or has no lines", async () => {
    for (const [options, message] of [
      [["-g", "-ccopt", "-s"], /no symbols/],
      [[], /-g|not part of the image/],
    ] as const) {
      const image = await compile(program, options);
      try {
        const session = debug(image);
        await session.launch(() => session.setBreakpoints(image.source, [{ line: 12 }]));
        await session.ended();
        const [changed] = session.events("breakpoint") as {
          breakpoint: { verified: boolean; message?: string };
        }[];
        assert.equal(changed?.breakpoint.verified, false);
        assert.match(changed?.breakpoint.message ?? "", message);
        assert.match(session.guest.stdout, /item\/3/, "it runs all the same");
      } finally {
        await image.remove();
      }
    }
  });

  it("says that gdb cannot trace programs, and what helps", async () => {
    const gdb = join(compiled().folder, "gdb");
    const script = String.raw`#!/bin/sh
printf '%s\n' '~"GNU gdb (Debian) 13.1\n"'
while read -r line; do
  number=$(echo "$line" | sed 's/-.*//')
  case "$line" in
    *-exec-run*)
      echo "Could not trace the inferior process. ptrace: Operation not permitted" >&2
      printf '%s\n' "$number^error,msg=\"During startup program exited with code 127.\"" ;;
    *) echo "$number^done" ;;
  esac
done`;
    await writeFile(gdb, script, { mode: 0o755 });
    const session = debug(compiled(), { gdb }, { debug: true });
    assert.equal((await session.launch()).success, false);
    assert.deepEqual(session.problems, ["ptrace-forbidden"]);
    assert.match(session.output(), /SYS_PTRACE/);
  });

  it("says that gdb cannot start a script, and what helps", async () => {
    const script = join(compiled().folder, "wrapper");
    await writeFile(script, `#!/bin/sh\nexec '${compiled().image}' "$@"\n`, { mode: 0o755 });
    const session = debug({ ...compiled(), image: script }, {}, { debug: true });
    assert.equal((await session.launch()).success, false);
    assert.deepEqual(session.problems, ["not-executable"]);
    assert.match(session.output(), /wrapper is not one.*mirageos\.toolPaths/);
  });

  it("ends with gdb, and says so", async () => {
    const session = debug(compiled(), { gdb: "gdb" });
    await session.launch(() => session.setBreakpoints(compiled().source, [{ line: line("C.print") }]));
    await session.stopped();
    await session
      .request("evaluate", { expression: "-exec shell kill -9 $PPID", context: "repl" })
      .catch(() => undefined);
    await session.ended();
    assert.match(session.output(), /gdb has ended, and the unikernel with it/);
    assert.match(session.output(), /program: ended because gdb has ended/);
    assert.doesNotMatch(session.output(), /SIGKILL/);
    assert.deepEqual(processesOf(compiled().image), []);
  });

  it("is stopped while it starts, and restarted while it is stopped", async () => {
    const session = debug(compiled());
    const launched = session.launch(() =>
      session.setBreakpoints(compiled().source, [{ line: line("C.print") }]),
    );
    await session.until(() => (session.output().includes("unikernel.exe") ? true : undefined));
    session.session.dispose();
    await launched;
    await session.ended();
    assert.deepEqual(processesOf(compiled().image), []);

    const restarted = debug(compiled());
    const other = debug(compiled());
    try {
      for (const each of [restarted, other])
        await each.launch(() => each.setBreakpoints(compiled().source, [{ line: line("C.print") }]));
      await Promise.all([restarted.stopped(), other.stopped()]);
      await restarted.request("restart");
      await restarted.stopped();
      assert.equal(restarted.guest.stdout, "");
      assert.equal((await other.frames())[0]?.line, line("C.print"));
    } finally {
      await other.request("disconnect");
    }
  });

  it("can run twice at a time, with breakpoints of their own", async () => {
    const sessions = ["C.print", "let total = add"].map((text) => ({ session: debug(compiled()), text }));
    await Promise.all(
      sessions.map(async ({ session, text }) => {
        await session.launch(() => session.setBreakpoints(compiled().source, [{ line: line(text) }]));
        await session.stopped();
        assert.equal(await session.line(), line(text));
      }),
    );
    const [first, second] = sessions;
    await first?.session.request("disconnect");
    await first?.session.ended();
    await second?.session.go("continue");
    assert.equal(await second?.session.line(), line("let total = add"));
  });

  it("marks the breakpoints of a file that has changed since the build", async () => {
    const built = join(compiled().folder, "_build", "default", "unikernel.ml");
    await mkdir(dirname(built), { recursive: true });
    await writeFile(built, "let () = ()");
    const session = debug(compiled());
    await session.launch(() => session.setBreakpoints(compiled().source, [{ line: line("C.print") }]));
    await session.stopped();
    const [changed] = session.events("breakpoint") as { breakpoint: { message?: string } }[];
    assert.match(changed?.breakpoint.message ?? "", /unikernel\.ml has changed since the build/);
    const [frame] = await session.frames();
    assert.deepEqual([frame?.source?.name, frame?.source?.path], ["unikernel.ml", built], "the built text");
    await rm(join(compiled().folder, "_build"), { recursive: true });
  });
});
