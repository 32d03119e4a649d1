import assert from "node:assert/strict";
import { frameTableOf } from "../imageFrames.ts";
import { renderValue } from "../render/renderValue.ts";
import { functions, layout, others, source } from "../testing/soundnessProgram.ts";
import { compileProgram, missingTools, runToBreakpoint, type TestProgram } from "../testing/testGdb.ts";
import { variablesAt } from "./variablesAt.ts";

/** Every pattern has the layout of the program, except those of exceptions. */
class Bindings extends Map<number, string> {
  override get = (offset: number) =>
    /^(?:One caught|Several)/.test(source.slice(offset, offset + 10)) ? "exn" : "any";
}
const stops = Number(process.env["MIRAGEOS_TRACKING_STOPS"] ?? 600);
const boxType = "type box = { tag : string; id : int; body : int list }";

/** The symbols of the functions above, in which every parameter and variable is checked. */
function symbolsOf({ elf }: TestProgram): readonly string[] {
  return elf.functions
    .map(({ name }) => name)
    .filter((name) => functions.some((each) => new RegExp(`^camlSound(?:__|\\.)${each}_\\d+$`).test(name)));
}

describe("Variables of OCaml functions", () => {
  it("never have a wrong value, while the collector runs all the time", async function () {
    const missing = missingTools();
    if (missing !== undefined) return this.skip();
    const program = compileProgram("sound", source);
    const lines = source
      .split("\n")
      .flatMap((text, index) => (/\(waste|weight/.test(text) ? [index + 1] : []));
    const stopped = await runToBreakpoint(
      program,
      ["sound.ml:4", ...lines.filter((line) => line > 7).map((line) => `sound.ml:${line}`)],
      { OCAMLRUNPARAM: "s=256" },
    );
    const frames = frameTableOf(program.elf, stopped.loadOffset);
    assert.ok(frames);
    const symbols = symbolsOf(program);
    const table = await stopped.command("-symbol-list-lines sound.ml");
    const lineAt = new Map(
      [...table.matchAll(/pc="(0x[0-9a-f]+)",line="(\d+)"/g)].map(([, pc, line]) => [
        BigInt(pc ?? 0),
        Number(line),
      ]),
    );
    const firstLine = (symbol: string) => lineAt.get(addressOf(program, symbol) + stopped.loadOffset);
    const code = await Promise.all(
      symbols.map(async (symbol) => ({
        instructions: await stopped.disassemble(addressOf(program, symbol) + stopped.loadOffset),
        symbol,
        line: firstLine(symbol),
      })),
    );
    const functionsWith = async (address: bigint) =>
      code.filter(({ instructions }) =>
        instructions.some(({ text }) => text.includes(`# 0x${address.toString(16)} `)),
      );
    let [shown, kept, captured, matched] = [0, 0, 0, 0];
    const names = new Set<string>();
    try {
      for (let stop = 0; stop < stops; stop++) {
        const registers = await stopped.registers();
        let stackPointer = registers.get("rsp") ?? 0n;
        const stack = await stopped.frames(6);
        const context = {
          memory: stopped.memory,
          declarations: async (path: string) => (path === "box" ? boxType : undefined),
        };
        const seen: { name: string; text: string; symbol: string }[] = [];
        for (const [index, frame] of stack.entries()) {
          if (symbols.includes(frame.symbol)) {
            const head = code.find(({ symbol }) => symbol === frame.symbol);
            if (!head) break;
            const variables = await variablesAt(
              {
                memory: stopped.memory,
                frames,
                code: head,
                source,
                outline: [],
                bindings: new Bindings(),
                layoutOf: async () => layout,
                functionsWith,
              },
              {
                pc: frame.pc,
                stackPointer,
                registers: index === 0 ? registers : undefined,
                line: frame.line,
              },
            );
            for (const { name, value } of variables) {
              if (others.test(name)) continue;
              if (value && /^(?:left|right|third|head|next|again|inside)$/.test(name)) matched++;
              if (value && "isInClosure" in value.place) captured++;
              if (!value) kept++;
              else {
                const type = /^(?:id|count|sum|other|caught|kind|total|size)$/.test(name) ? "int" : "box";
                const { text } = await renderValue(context, value.word, type);
                seen.push({ name, text, symbol: frame.symbol });
                names.add(name);
                shown++;
              }
            }
            check(
              seen.filter((each) => each.symbol === frame.symbol),
              frame.line,
            );
            break;
          }
          const size = frames.find(index === 0 ? 0n : frame.pc)?.frameSize;
          if (index === 0) {
            // The called function has just been entered or has a frame of its own, of which gdb knows the caller's.
            const depth = /value="(0x[0-9a-f]+)"/.exec(
              await stopped.command("-data-evaluate-expression --frame 1 --thread 1 $sp"),
            )?.[1];
            if (depth === undefined) break;
            stackPointer = BigInt(depth);
          } else if (size === undefined) break;
          else stackPointer += BigInt(size);
        }
        // Between two breakpoints, a few instructions are followed one by one.
        if (!(await stopped.proceed(stop % 16 < 6 ? "step" : "continue"))) break;
      }
    } finally {
      await stopped.end();
      program.remove();
    }
    for (const name of [
      "fourth",
      "fifth",
      "sixth",
      "seventh",
      "eighth",
      "ninth",
      "tenth",
      "caught0",
      "caught1",
      "caught2",
    ])
      assert.ok(names.has(name), `${name} was never shown`);
    assert.ok(matched > 0, `${matched} values of patterns were shown`);
    assert.ok(captured > 0, "no captured values were shown");
    assert.ok(shown > Math.min(stops, 300) / 2, `${shown} values were shown, ${kept} were not available`);
  });
});

const addressOf = ({ elf }: TestProgram, symbol: string): bigint => elf.symbol(symbol)?.address ?? 0n;

/** The values of one frame agree: each box has the name of its variable and the number of the call. */
function check(seen: readonly { readonly name: string; readonly text: string }[], line: number): void {
  const id = seen.find(({ name }) => name === "id")?.text;
  for (const { name, text } of seen) {
    if (/^(?:id|count|sum|other|caught|kind|total|size)$/.test(name)) {
      assert.match(text, /^-?\d+$/, `${name} in line ${line}`);
      continue;
    }
    const [, tag, number] = /^\{tag = "(\w+)"; id = (\d+); body = \[.*\]\}$/.exec(text) ?? [];
    assert.ok(tag === name || (name === "alpha" && tag === "alpha2"), `${name} in line ${line} is ${text}`);
    if (id !== undefined) assert.equal(number, id, `${name} in line ${line} is ${text}`);
  }
}
