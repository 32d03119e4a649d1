import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "../../../scripts/programs.ts";
import { readConfigFile } from "./registrations.ts";
import { appliesMain, isLocalName, readConfigSource } from "./parseConfig.ts";
import { evaluateConfig, resolveName } from "./deviceExpressions.ts";
import { cpuMs } from "../../../test/harness/cpuTime.ts";

const skeleton = join(root, "test-workspace", "recordings", "mirage-skeleton");
const names = (operands: readonly { readonly name: string | undefined }[] | undefined) =>
  operands?.map(({ name }) => name ?? "?");

describe("calls of the DSL in config.ml", () => {
  it("are read in every example of mirage-skeleton", () => {
    const files = globSync("**/config.ml", { cwd: skeleton });
    assert.equal(files.length, 27);
    for (const file of files) {
      const config = readConfigSource(readFileSync(join(skeleton, file), "utf8"));
      assert.equal(config.registers.length, 1, file);
      assert.notEqual(config.registers[0]?.name, undefined, file);
      if (file.includes("noop")) continue;
      const [main] = config.mains;
      assert.notEqual(main?.parameters, undefined, file);
      const [job] = config.registers[0]?.jobs ?? [];
      assert.equal(job?.functor.name, main?.binding, file);
      assert.equal(job?.arguments.length, main?.parameters?.length, file);
    }
    assert.ok(files.every((file) => basename(file) === "config.ml"));
  });

  it("have their module, type and labels in any order", () => {
    const text = `let m = main ~packages:[ package "a" ] "Unikernel.Main" ~deps:[ dep x; dep (f y) ]
      (stackv4v6 @-> Mirage.kv_ro @-> (a @-> b) @-> job)`;
    const [main] = readConfigSource(text).mains;
    assert.ok(main);
    assert.equal(main.module.value, "Unikernel.Main");
    assert.equal(text.slice(main.module.span.start, main.module.span.end), "Unikernel.Main");
    assert.deepEqual(names(main.parameters), ["stackv4v6", "kv_ro", "?"]);
    assert.equal(main.labels.get("deps")?.elements?.length, 2);
    assert.equal(main.binding, "m");
  });

  it("have the type that a `let` binds", () => {
    const [main] = readConfigSource(`let ty = block @-> job\nlet main = foreign "U.M" ty`).mains;
    assert.deepEqual(names(main?.parameters), ["block"]);
    assert.equal(main?.typeInPlace, false);
  });

  it("have no type if the text does not contain it", () => {
    for (const type of ["ty", "(block @-> kv_ro)", "(block @->)", "(block @-> @-> job)", "(f x)", ""]) {
      const [main] = readConfigSource(`let m = main "Unikernel.Main" ${type}`).mains;
      assert.ok(main, type);
      assert.equal(main.parameters, undefined, type);
    }
  });

  it("are not found in comments, strings, labels and modules of the project", () => {
    const text = `(* main "A" job *) let s = {|main "B" job|} let x = f ~main:"C" and y = Other.main "D" job
      let main = 1 let () = register "n" [ main $ a ]`;
    const config = readConfigSource(text);
    assert.deepEqual(config.mains, []);
    assert.deepEqual(names(config.registers[0]?.jobs[0]?.arguments), ["a"]);
  });

  it("can have their type after @@", () => {
    const text = `let m = main "Unikernel.Make" @@ time @-> stackv4v6 @-> job`;
    const [main] = readConfigSource(text).mains;
    assert.deepEqual(names(main?.parameters), ["time", "stackv4v6"]);
    assert.equal(text.slice(main?.type?.start, main?.type?.end), "time @-> stackv4v6 @-> job");
    assert.equal(main?.typeInPlace, true);
  });

  it("can be written in the list of register itself", () => {
    const config = readConfigSource(
      `let () = register "x" [ main "U.Main" (stackv4v6 @-> job) $ generic_stackv4v6 default_network ]`,
    );
    const [job] = config.registers[0]?.jobs ?? [];
    assert.ok(job && config.mains[0]);
    assert.equal(job.arguments.length, 1);
    assert.equal(appliesMain(job, config.mains[0]), true);
  });

  it("are found through an alias of Mirage, @@ and a binding of the name", () => {
    for (const text of [
      `module M = Mirage let m = M.main "U.Main" M.(block @-> job) let () = M.register "x" [ m $ d ]`,
      `open Mirage let name = "x" let m = main "U.Main" (block @-> job) let () = register name [ m $ d ]`,
      `open Mirage let m = main "U.Main" @@ block @-> job let () = register "x" @@ [ m $ d ]`,
      `open Mirage let () = register "x" [ main "U.Main" (block @-> job) $ d ]`,
    ]) {
      const { mains, registers } = readConfigSource(text);
      assert.deepEqual(names(mains[0]?.parameters), ["block"], text);
      assert.equal(registers[0]?.name?.value, "x", text);
      assert.deepEqual(names(registers[0]?.jobs[0]?.arguments), ["d"], text);
      assert.equal(readConfigFile(text).registers[0]?.name, "x", text);
      const [registered] = evaluateConfig(text);
      const job = registered?.jobs[0];
      assert.equal(job?.kind, "applied", text);
    }
  });

  it("are found in local opens and modules, under other names and after |>", () => {
    for (const text of [
      `let () = let module M = Mirage in let m = M.main "U.Main" M.(block @-> job) in M.register "x" [ m $ d ]`,
      `let () = let open Mirage in let m = main "U.Main" (block @-> job) in register "x" [ m $ d ]`,
      `let open Mirage in let m = main "U.Main" (block @-> job) in register "x" [ m $ d ]`,
      `let () = Mirage.(let m = main "U.Main" (block @-> job) in register "x" [ m $ d ])`,
      `open Mirage let reg = register let m = main "U.Main" (block @-> job) let () = reg "x" [ m $ d ]`,
      `open Mirage let reg = register ~packages "x" let m = main "U.Main" (block @-> job) let () = reg [ m $ d ]`,
      `open Mirage let reg name = register name let m = main "U.Main" (block @-> job) let () = reg "x" [ m $ d ]`,
      `open Mirage let mk = main ~packages let m = mk "U.Main" (block @-> job) let () = register "x" [ m $ d ]`,
      `open Mirage let mk = main "U.Main" let m = mk (block @-> job) let () = register "x" [ m $ d ]`,
      `open Mirage let m = block @-> job |> main "U.Main" let () = [ m $ d ] |> register ~packages "x"`,
      `open Mirage let m = main "U.Main" (block @-> job) let () = m $ d |> fun job -> register "x" [ job ]`,
      `open Mirage let m = main "U.Main" (block @-> job) let job = m $ d let () = register "x" [ job ]`,
      `open Mirage let m = main "U.Main" (block @-> job) let () = register "x" ([ m $ d ] @ [])`,
    ]) {
      const config = readConfigSource(text);
      assert.equal(config.mains.length, 1, text);
      assert.deepEqual(names(config.mains[0]?.parameters), ["block"], text);
      assert.equal(config.registers.length, 1, text);
      assert.equal(config.registers[0]?.name?.value, "x", text);
      const [job] = config.registers[0]?.jobs ?? [];
      assert.ok(job && config.mains[0] && appliesMain(job, config.mains[0]), text);
      assert.deepEqual(names(job.arguments), ["d"], text);
      const registered = evaluateConfig(text);
      assert.equal(registered.length, 1, text);
      const [value] = registered[0]?.jobs ?? [];
      const made = value && resolveName(value.kind === "items" ? (value.items[0] ?? value) : value);
      assert.equal(made?.kind, "applied", text);
    }
  });

  it("follow names that are defined by themselves only once", () => {
    for (const text of [
      `open Mirage let rec reg x = reg x let () = reg "x" []`,
      `open Mirage let rec a = b "x" and b = a "y" let () = a []`,
    ]) {
      assert.deepEqual(readConfigSource(text).registers, [], text);
      assert.deepEqual(evaluateConfig(text), [], text);
    }
  });

  it("contain packages with their arguments", () => {
    const text = `[ package ~min:"0.2" "hxd" ~sublibs:[ "core"; "string" ]; package "a" ~min:"1"`;
    const [hxd, a] = readConfigSource(text).packages;
    assert.deepEqual([hxd?.name.value, hxd?.sublibs], ["hxd", ["core", "string"]]);
    assert.equal(
      text.slice(hxd?.span.start, hxd?.span.end),
      `package ~min:"0.2" "hxd" ~sublibs:[ "core"; "string" ]`,
    );
    assert.equal(a?.name.value, "a");
  });

  it("are read in Mirage.( … ) and Mirage.[ … ] too", () => {
    const config = readConfigSource(`
let m = Mirage.main ~packages:Mirage.[ package "logs" ] "Unikernel.Main" Mirage.(stackv4v6 @-> block @-> job)
let () = Mirage.register "q" Mirage.[ m $ stack $ disk ]`);
    const [main] = config.mains;
    assert.deepEqual(names(main?.parameters), ["stackv4v6", "block"]);
    assert.equal(main?.labels.get("packages")?.elements?.length, 1);
    assert.deepEqual(names(config.registers[0]?.jobs[0]?.arguments), ["stack", "disk"]);
  });

  it("know the names that the file binds, from the binding on, those of a tuple too", () => {
    const text = `let m = main "U" (time @-> job) let time = default_time let (stack, lease), (n : t) = f ()`;
    const config = readConfigSource(`${text}\nlet he, dns = g time`);
    assert.deepEqual([...config.bound.keys()], ["m", "time", "n", "he", "dns"]);
    assert.deepEqual(
      config.words.filter(({ name }) => name === "time").map((word) => isLocalName(config, word)),
      [false, true, true],
    );
    assert.equal(config.aliases.get("time")?.of, "default_time");
  });

  it("are read in half-typed text up to the missing part", () => {
    const config = readConfigSource(`let m = main "Unikernel.\nlet () = register "n" [ m`);
    assert.equal(config.mains[0]?.module.value.startsWith("Unikernel."), true);
    const open = readConfigSource(`let m = main "Unikernel.Main" (block @->\nlet () = register "n" [ m ]`);
    assert.equal(open.mains[0]?.parameters, undefined);
    assert.deepEqual(names(open.registers[0]?.jobs.map(({ functor }) => functor)), ["m"]);
  });

  it("are read in linear time", () => {
    for (const piece of [
      "main ",
      'main "A" ',
      "(",
      "a @-> ",
      "let x = [",
      "package ~a:[",
      "register [ a $ ",
      "let reg = register in ",
      "let reg = reg 1 ",
      "let module M = Mirage in ",
      "a |> fun b -> ",
    ]) {
      const begun = cpuMs();
      readConfigSource(piece.repeat(10_000));
      assert.ok(cpuMs() - begun < 2000, piece);
    }
  });
});
