/**
 * Measures how fast the debugger is compared with gdb alone, on a program that is compiled for it. Without gdb, only its
 * size. Both sides are measured in turns, so that both have the same load of the computer.
 *
 * - The first stop is compared with `gdb -batch`, from the start of gdb to its end after the stop. The modules are loaded
 *   before, as the package has them in one file.
 * - A step is what VS Code requests for one: the step, the threads, the first frame, its scopes and the variables of the
 *   first scope, and the other frames up to 20. The peer sends the commands of gdb's machine interface that this needs at
 *   least, one after the other: the step, the threads, the frames, the registers, the page of the stack, and the pages
 *   that lead to the text of the first item of the list that is shown.
 * - The cost of a hit of a false condition is the difference between a run with many hits and one with a single hit,
 *   because the first row has the start. The single hit is the one at which the debugger reads types.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { runToBreakpoint } from "../../extension/debugger/values/testing/testGdb.ts";
import { readElfSymbols } from "../../extension/image/elfSymbols.ts";
import { canDebug, compile, debugged, type Compiled } from "../../extension/launch/session/testDebuggee.ts";
import type { Row } from "../../scripts/bench.ts";
import { readBuildMeta } from "../../scripts/bundleSize.ts";
import { rounds } from "./figures.ts";

export const name = "debugger";

const turns = 5;
const hits = 2000;
const steps = 10;

/** A stack of more than 20 frames, a value of more than 1000 words, and a loop as long as the argument says. */
const program = `
type item = { id : int; path : string; next : item option }
let[@inline never] show items =
  let first = List.hd items in
  let second = List.nth items 1 in
  let third = List.nth items 2 in
  let count = first.id + second.id + third.id in
  print_string "";
  print_string "";
  print_string "";
  print_string "";
  print_string "";
  print_string "";
  print_string "";
  print_string "";
  count + List.length items
let[@inline never] rec deep n items = if n = 0 then show items else 1 + deep (n - 1) items
let[@inline never] rec count n limit =
  let next = n + 1 in
  if next <= limit then count next limit else n
let () =
  print_endline "ready";
  let items = List.init 150 (fun id -> { id; path = "/item/" ^ string_of_int id; next = None }) in
  ignore (deep 25 items);
  ignore (count 0 (int_of_string Sys.argv.(1)))
`;

export async function run(): Promise<readonly Row[]> {
  const size = await chunkSize();
  if (!canDebug()) return size;
  const compiled = await compile(program, ["-g", "-bin-annot"]);
  const own = {
    stop: [] as number[],
    step: [] as number[],
    value: [] as number[],
    condition: [] as number[],
  };
  const gdb = { stop: [] as number[], step: [] as number[], condition: [] as number[] };
  const line = compiled.lineOf("List.hd items");
  const condition = compiled.lineOf("let next");
  const perHit = async (time: (hits: number) => Promise<number>) =>
    (1000 * ((await time(hits)) - (await time(1)))) / (hits - 1);
  await import("../../extension/debugger/session/start.ts");
  try {
    for (let turn = 0; turn < turns; turn++) {
      gdb.stop.push(await batch(compiled, [`break unikernel.ml:${line}`, "run 0"]));
      const figures = await stopAndShow(compiled, line);
      own.stop.push(figures.stop);
      own.value.push(figures.value);
      gdb.step.push(await bareStep(compiled, line));
      own.step.push(figures.step);
      gdb.condition.push(
        await perHit((count) =>
          // The first argument is in this register there, where the debugger reads it too.
          batch(compiled, [`break unikernel.ml:${condition} if $rax == -1`, `run ${count - 1}`]),
        ),
      );
      own.condition.push(await perHit((count) => falseCondition(compiled, condition, count - 1)));
    }
  } finally {
    await compiled.remove();
  }
  const row = (
    what: string,
    unit: string,
    mine: number[],
    peer: number[],
    to: string,
    target: number,
  ): Row => {
    return { what, ...rounds(mine), unit, against: { what: to, ...rounds(peer) }, target };
  };
  const { value: stop } = rounds(gdb.stop);
  const { value: step } = rounds(gdb.step);
  const { value: conditions } = rounds(gdb.condition);
  return [
    row("stop at the first breakpoint", "ms", own.stop, gdb.stop, "gdb -batch", stop * 1.2),
    row("step with all that is shown", "ms", own.step, gdb.step, "commands of MI", Math.min(50, step * 2)),
    { what: "typed value of 1000 words", ...rounds(own.value), unit: "ms", target: 100 },
    row("hit of a false condition", "µs", own.condition, gdb.condition, "gdb -batch", conditions * 1.2),
    ...size,
  ];
}

/** The size of the debugger's chunk in the last build. */
async function chunkSize(): Promise<readonly Row[]> {
  const { extension } = await readBuildMeta();
  const chunks = Object.entries(extension?.outputs ?? {}).filter(([path]) =>
    /\/debugger-\w+\.js$/.test(path),
  );
  const bytes = chunks.reduce((sum, [, chunk]) => sum + chunk.bytes, 0);
  return [{ what: "chunk", value: bytes / 1024, unit: "KiB", target: 120 }];
}

/** How long gdb runs with commands, in milliseconds. */
async function batch({ image, folder }: Compiled, commands: readonly string[]): Promise<number> {
  const options = ["--nx", "-batch", "-iex", "set debuginfod enabled off"];
  const begun = performance.now();
  await promisify(execFile)("gdb", [...options, ...commands.flatMap((each) => ["-ex", each]), image], {
    cwd: folder,
  });
  return performance.now() - begun;
}

const pageBytes = 4096n;

/** How long a step and what is shown after it take with the commands of gdb's machine interface. */
async function bareStep({ image, folder, source }: Compiled, line: number): Promise<number> {
  const elf = readElfSymbols(await readFile(image));
  if (!elf) throw new Error("The program is no ELF file.");
  const target = { folder, file: image, elf, source, remove: () => undefined };
  const stopped = await runToBreakpoint(target, [`unikernel.ml:${line}`]);
  // The breakpoint is at the first instruction that needs the argument.
  const items = (await stopped.registers()).get("rax") ?? 0n;
  /** Reads the page of an address, and returns the word at the address. */
  const wordAt = async (address: bigint) => {
    const page = address - (address % pageBytes);
    const bytes = await stopped.memory.read(page, Number(pageBytes));
    return Buffer.from(bytes).readBigUInt64LE(Number(address - page));
  };
  const times: number[] = [];
  for (let step = 0; step < steps; step++) {
    const begun = performance.now();
    await stopped.proceed("next");
    await stopped.command("-thread-info");
    await stopped.command("-stack-list-frames 0 20");
    const registers = await stopped.registers();
    await wordAt(registers.get("rsp") ?? 0n);
    const first = await wordAt(items);
    const path = await wordAt(first + 8n);
    await wordAt(path);
    times.push(performance.now() - begun);
  }
  await stopped.end();
  return rounds(times).value;
}

/** The times of a stop, of steps with the variables of the first frame, and of showing all parts of a value. */
async function stopAndShow(compiled: Compiled, line: number) {
  const session = debugged(compiled, { args: ["0"] });
  const begun = performance.now();
  await session.launch(() => session.setBreakpoints(compiled.source, [{ line }]));
  await session.stopped();
  const stop = performance.now() - begun;
  const show = async () => {
    await session.request("threads");
    const [frame] = await session.frames(1, 1);
    const variables = await session.scope(frame?.id, "Locals");
    await session.request("stackTrace", { threadId: 1, startFrame: 1, levels: 19 });
    return variables;
  };
  // The types are read once, when the first value is shown.
  await show();
  const shown = performance.now();
  const [items] = await show();
  await Promise.all((await session.children(items)).map((each) => session.children(each)));
  const value = performance.now() - shown;
  const times: number[] = [];
  for (let step = 0; step < steps; step++) {
    const stepped = performance.now();
    await session.go("next");
    await show();
    times.push(performance.now() - stepped);
  }
  session.session.dispose();
  await session.ended();
  return { stop, value, step: rounds(times).value };
}

/** How long a program runs whose breakpoint has a condition that is always false, in milliseconds. */
async function falseCondition(compiled: Compiled, line: number, loops: number): Promise<number> {
  const session = debugged(compiled, { args: [String(loops)] });
  const begun = performance.now();
  await session.launch(() => session.setBreakpoints(compiled.source, [{ line, condition: "n = -1" }]));
  await session.ended();
  return performance.now() - begun;
}
