import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import {
  compileProgram,
  linkerName,
  missingTools,
  runToBreakpoint,
  withWrapper,
} from "../testing/testGdb.ts";
import { generatedValues, printerSupport } from "../testing/testValues.ts";
import { toplevelDeclarations } from "../toplevelDeclarations.ts";
import { renderValue } from "./renderValue.ts";

const count = Number(process.env["MIRAGEOS_GENERATED_VALUES"] ?? 120);

describe("Rendered values of generated types", () => {
  it("are what OCaml prints", async function () {
    const missing = missingTools();
    if (missing !== undefined) return this.skip();
    const seed = Math.floor(Math.random() * 2 ** 31);
    const samples = fc.sample(generatedValues, { numRuns: count, seed });
    const declarations = new Set(samples.flatMap(({ type }) => type.declarations));
    const source = [
      ...declarations,
      printerSupport,
      "let forced x = ignore (Lazy.force x); x",
      'let output = open_out_bin "expected"',
      'let print p x = let s = p false x in output_string output (string_of_int (String.length s) ^ "\\n" ^ s)',
      ...samples.flatMap(({ type, expression }, index) => [
        `let value${index} : ${type.text} = ${expression}`,
        `let () = print ${type.printer} value${index}`,
      ]),
      "let () = close_out output",
      "let[@inline never] stop x = ignore (Sys.opaque_identity x)",
      // An array whose first element is a float would be an array of floats.
      `let () = stop [|Obj.repr 0; ${samples.map((_, index) => `Obj.repr value${index}`).join("; ")}|]`,
    ].join("\n");
    const program = compileProgram("generated", source);
    const stopped = await runToBreakpoint(
      program,
      [`"*&'${linkerName(program, "Generated", "stop")}'"`],
      {},
      program.folder,
    );
    try {
      const expected = readFileSync(join(program.folder, "expected"));
      const context = {
        memory: stopped.memory,
        scope: "Generated",
        textLimit: 1e9,
        declarations: toplevelDeclarations(
          async (args, input) => spawnSync(...withWrapper("ocaml", args), { input, encoding: "utf8" }).stdout,
          [program.folder],
        ),
      };
      const values = (await stopped.registers()).get("rax") ?? 0n;
      let at = 0;
      for (const [index, { type, expression }] of samples.entries()) {
        const end = expected.indexOf("\n", at);
        const length = Number(expected.subarray(at, end).toString());
        const text = expected.subarray(end + 1, end + 1 + length).toString("latin1");
        at = end + 1 + length;
        const word = Buffer.from(
          await stopped.memory.read(values + BigInt((index + 1) * 8), 8),
        ).readBigUInt64LE();
        const rendered = await renderValue(context, word, type.text);
        assert.equal(
          rendered.text,
          text,
          `seed ${seed}, value ${index}: ${expression}\n${type.declarations.join("\n")}`,
        );
      }
    } finally {
      await stopped.end();
      program.remove();
    }
  });
});
