import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { readElfSymbols, type ElfSymbols } from "../../../image/elfSymbols.ts";
import type { Instruction } from "../tracking/operands.ts";
import type { Memory } from "../memory.ts";

/** A command that runs another one with other tools on its path, such as those of OCaml 5. */
const wrapper = process.env["MIRAGEOS_OCAML_WRAPPER"];

/** A command line with the wrapper. */
export function withWrapper(program: string, args: readonly string[]): readonly [string, readonly string[]] {
  return wrapper === undefined ? [program, args] : [wrapper, [program, ...args]];
}

/** Why tests with real programs cannot run here, or undefined if they can. */
export function missingTools(): string | undefined {
  const missing = ["gdb", "ocamlfind", "ocamlopt", "ocaml"].filter(
    (program) => spawnSync(...withWrapper("which", [program])).status !== 0,
  );
  return missing.length > 0 ? `${missing.join(" and ")} not found` : undefined;
}

/** A program that was compiled for a test. */
export interface TestProgram {
  readonly folder: string;
  readonly file: string;
  readonly elf: ElfSymbols;
  readonly source: string;
  readonly remove: () => void;
}

/** Compiles an OCaml program with debug information. `name` is that of its module. */
export function compileProgram(name: string, source: string, packages = ""): TestProgram {
  const folder = mkdtempSync(join(tmpdir(), "values-"));
  const path = join(folder, `${name}.ml`);
  writeFileSync(path, source);
  const file = join(folder, `${name}.exe`);
  const args = ["ocamlopt", "-g", "-w", "-a", ...(packages ? ["-package", packages, "-linkpkg"] : [])];
  const { status, stderr } = spawnSync(...withWrapper("ocamlfind", [...args, `${name}.ml`, "-o", file]), {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const elf = readElfSymbols(readFileSync(file));
  if (!elf) throw new Error("The compiled program is not an ELF file.");
  return { folder, file, elf, source, remove: () => rmSync(folder, { recursive: true }) };
}

/** The linker name of a function of a program: `camlT__stop_123` for `T` and `stop`. */
export function linkerName({ elf }: TestProgram, module: string, name: string): string {
  const pattern = new RegExp(`^caml${module}(?:__|\\.)${name}_\\d+$`);
  const found = elf.functions.find((each) => pattern.test(each.name));
  if (!found) throw new Error(`The program has no function ${name}.`);
  return found.name;
}

/** A frame as gdb lists it. */
export interface GdbFrame {
  readonly pc: bigint;
  readonly symbol: string;
  readonly file: string;
  readonly line: number;
}

/** A program that gdb has stopped. */
export interface TestStop {
  readonly memory: Memory;
  readonly reads: () => number;
  readonly loadOffset: bigint;
  readonly registers: () => Promise<ReadonlyMap<string, bigint>>;
  readonly frames: (limit: number) => Promise<readonly GdbFrame[]>;
  readonly disassemble: (address: bigint) => Promise<readonly Instruction[]>;
  /** Runs to the next stop; false when the program has ended. */
  readonly proceed: (how?: "continue" | "step" | "next") => Promise<boolean>;
  readonly command: (command: string) => Promise<string>;
  readonly end: () => Promise<void>;
}

/** Runs a program under gdb until one of the breakpoints is reached. */
export async function runToBreakpoint(
  { file, elf }: TestProgram,
  breakpoints: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  folder?: string,
): Promise<TestStop> {
  const gdb = spawn(...withWrapper("gdb", ["--nx", "--quiet", "--interpreter=mi3", file]), {
    stdio: ["pipe", "pipe", "inherit"],
    cwd: folder,
  });
  const answers: ((line: string) => void)[] = [];
  const stops: ((stopped: boolean) => void)[] = [];
  createInterface({ input: gdb.stdout }).on("line", (line) => {
    if (/^\d*\^/.test(line)) answers.shift()?.(line.replace(/^\d*/, ""));
    else if (line.startsWith("*stopped")) stops.shift()?.(!line.includes('reason="exited'));
  });
  const command = (text: string): Promise<string> => {
    const answer = new Promise<string>((resolve) => answers.push(resolve));
    gdb.stdin.write(`${text}\n`);
    return answer;
  };
  const proceed = async (how = "continue") => {
    const stop = new Promise<boolean>((resolve) => stops.push(resolve));
    const answer = await command(how === "step" ? "-exec-step-instruction" : `-exec-${how}`);
    if (!answer.startsWith("^running")) throw new Error(answer);
    return stop;
  };
  for (const setup of ["debuginfod enabled off", "confirm off", "width 0"])
    await command(`-gdb-set ${setup}`);
  for (const [name, value] of Object.entries(environment))
    await command(`-gdb-set environment ${name}=${value}`);
  await command("-gdb-set inferior-tty /dev/null");
  for (const breakpoint of breakpoints) {
    const answer = await command(`-break-insert ${breakpoint}`);
    if (!answer.startsWith("^done")) throw new Error(answer);
  }
  if (!(await proceed("run"))) throw new Error("The program ended before a breakpoint.");
  const symbol = elf.functions.find(({ name }) => /^caml[A-Z]/.test(name));
  const place = symbol && (await command(`-data-evaluate-expression "(long)&'${symbol.name}'"`));
  const loadOffset = BigInt(/value="(-?\d+)"/.exec(place ?? "")?.[1] ?? 0) - (symbol?.address ?? 0n);
  let reads = 0;
  return {
    command,
    proceed,
    loadOffset,
    reads: () => reads,
    memory: {
      read: async (address, length) => {
        reads++;
        const answer = await command(`-data-read-memory-bytes 0x${address.toString(16)} ${length}`);
        const contents = /contents="([0-9a-f]*)"/.exec(answer)?.[1];
        if (contents?.length !== length * 2) throw new Error(answer);
        return Buffer.from(contents, "hex");
      },
    },
    registers: async () => {
      const answer = await command("-data-list-register-values x 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16");
      const names = "rax rbx rcx rdx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15 rip".split(" ");
      const values = answer.matchAll(/number="(\d+)",value="(0x[0-9a-f]+)"/g);
      return new Map(
        [...values].map(([, number, value]) => [names[Number(number)] ?? "", BigInt(value ?? 0)]),
      );
    },
    frames: async (limit) => {
      const answer = await command(`-stack-list-frames 0 ${limit - 1}`);
      return [...answer.matchAll(/frame=\{([^}]*)\}/g)].map(([, text = ""]) => {
        const field = (name: string) => new RegExp(`[{,"]?\\b${name}="([^"]*)"`).exec(text)?.[1] ?? "";
        return {
          pc: BigInt(field("addr") || 0),
          symbol: field("func"),
          file: field("file"),
          line: Number(field("line") || 0),
        };
      });
    },
    disassemble: async (address) => {
      const answer = await command(`-data-disassemble -a 0x${address.toString(16)} -- 0`);
      const found = answer.matchAll(/address="(0x[0-9a-f]+)"[^}]*?inst="([^"]*)"/g);
      return [...found].map(([, at, text]) => ({ address: BigInt(at ?? 0), text: text ?? "" }));
    },
    end: async () => {
      const ended = new Promise((resolve) => gdb.once("close", resolve));
      gdb.stdin.write("-gdb-exit\n");
      await ended;
    },
  };
}
