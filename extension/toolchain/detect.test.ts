import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { ProcessResult, ProcessSpec, Run } from "../platform/process.ts";
import { detectLate, detectTool, detectTools, type DetectInput, type Detection } from "./detect.ts";
import { toolIds, type ToolId } from "../mirage/toolId.ts";

const recordings = new URL("../../test-workspace/recordings/mirage-4.11.1/", import.meta.url);
const recorded = (name: string) => ({
  stdout: readFileSync(new URL(`${name}.stdout`, recordings)),
  stderr: readFileSync(new URL(`${name}.stderr`, recordings)),
});
const printed = (stdout: string, stderr = "") => ({
  stdout: Buffer.from(stdout),
  stderr: Buffer.from(stderr),
});

type Answer = { stdout: Uint8Array; stderr: Uint8Array; result?: ProcessResult };

const answering =
  (answer: (spec: ProcessSpec) => Answer): Run =>
  async (spec, hooks) => {
    const { stdout, stderr, result = { kind: "exited", code: 0 } } = answer(spec);
    hooks?.onStdout?.(stdout);
    hooks?.onStderr?.(stderr);
    return result;
  };

const exited = (code: number): ProcessResult => ({ kind: "exited", code });

const program = (path: string) => {
  writeFileSync(path, "");
  chmodSync(path, 0o755);
  return path;
};

const hangingRun: Run = (_, hooks) =>
  new Promise((resolve) => {
    hooks?.signal?.addEventListener("abort", () => resolve({ kind: "cancelled" }));
  });

async function noteOf(detecting: Promise<Detection>): Promise<string | undefined> {
  const detection = await detecting;
  assert.ok(detection.kind === "found");
  assert.equal(detection.version, undefined);
  return detection.note;
}

describe("detectTool", () => {
  let root = "";
  let bin = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "tools "));
    bin = join(root, "switch", "bin");
    for (const folder of ["switch/bin", "switch/lib/findlib.conf.d", "opam/plugins/bin", "away"]) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    for (const id of toolIds) if (!["opam-monorepo", "make"].includes(id)) program(join(bin, id));
    for (const name of ["ocamlc", "gmake"]) program(join(bin, name));
    program(join(root, "opam", "plugins", "bin", "opam-monorepo"));
    mkdirSync(join(root, "switch", ".opam-switch", "packages", "ocaml-solo5.1.3.2"), { recursive: true });
    writeFileSync(join(root, "switch", "lib", "findlib.conf.d", "solo5.conf"), "");
  });
  after(() => rmSync(root, { recursive: true }));
  beforeEach(function () {
    if (process.platform === "win32") this.skip();
  });

  const detect = (id: ToolId, run: Run, more: Partial<DetectInput> = {}) =>
    detectTool(id, {
      run,
      env: { PATH: bin, OPAM_SWITCH_PREFIX: join(root, "switch"), OPAMROOT: join(root, "opam") },
      platform: "linux",
      ...more,
    });
  const versionOf = async (id: ToolId, answer: Answer) => {
    const detection = await detect(
      id,
      answering(() => answer),
    );
    return detection.kind === "found" ? detection.version : detection.reason;
  };

  it("reads the version from either stream, regardless of the exit code", async () => {
    assert.equal(await versionOf("mirage", recorded("errors/configure/good/version")), "4.11.1");
    assert.equal(await versionOf("solo5-hvt", recorded("runtime/tender-hvt/version")), "0.12.1");
    assert.equal(await versionOf("solo5-spt", recorded("runtime/tender-spt/version")), "0.12.1");
    const elftool = { ...recorded("runtime/elftool/help"), result: exited(1) };
    assert.equal(await versionOf("solo5-elftool", elftool), "0.12.1");
    assert.equal(await versionOf("dune", printed("3.24.1\n")), "3.24.1");
    assert.equal(await versionOf("ocaml", printed("5.5.0~beta1\r\n")), "5.5.0~beta1");
    assert.equal(
      await versionOf("gdb", printed("GNU gdb (Debian 13.1-3) 13.1\nCopyright (C) 2023\n")),
      "13.1",
    );
    assert.equal(
      await versionOf("qemu-system-x86_64", printed("QEMU emulator version 7.2.17 (Debian 1:7.2+dfsg-7)\n")),
      "7.2.17",
    );
    assert.equal(
      await versionOf("firecracker", printed("Firecracker v1.7.0\n\n2024-03-18 running\n")),
      "1.7.0",
    );
  });

  it("starts the program outside of the project folder", async () => {
    let started: ProcessSpec | undefined;
    const run = answering((spec) => {
      started = spec;
      return printed("v4.11.1");
    });
    const detection = await detect("mirage", run);
    assert.deepEqual(detection, {
      id: "mirage",
      kind: "found",
      path: join(bin, "mirage"),
      version: "4.11.1",
    });
    assert.deepEqual([started?.file, started?.args], [join(bin, "mirage"), ["--version"]]);
    assert.notEqual(started?.cwd, process.cwd());
  });

  it("reports an unknown version, with the reason, for garbage, a crash and a hanging tool", async () => {
    const garbage = { stdout: Buffer.from([0xff, 0x00, 0x1b, 0x5b, 0x0a]), stderr: Buffer.alloc(0) };
    assert.equal(
      await noteOf(
        detect(
          "mirage",
          answering(() => garbage),
        ),
      ),
      "its output contains no version",
    );
    const crash: Answer = { ...printed(""), result: { kind: "signalled", signal: "SIGSEGV" } };
    assert.equal(
      await noteOf(
        detect(
          "mirage",
          answering(() => crash),
        ),
      ),
      "it was terminated by SIGSEGV",
    );
    assert.equal(await noteOf(detect("mirage", hangingRun, { timeoutMs: 5 })), "it did not answer in time");
  });

  it("retries only the tools that did not answer in time", async () => {
    const started: string[] = [];
    const slowAtFirst: Run = (spec, hooks) => {
      started.push(basename(spec.file));
      if (started.length === 1) return hangingRun(spec, hooks);
      return answering(() => printed("v4.11.1"))(spec, hooks);
    };
    const input = { run: slowAtFirst, env: { PATH: bin }, platform: "linux" as const, timeoutMs: 5 };
    const mirage = await detectTool("mirage", input);
    const dune = await detectTool("dune", { ...input, run: answering(() => printed("3.17.0")) });
    const all = await detectLate({ mirage, dune }, { ...input, timeoutMs: 10_000 });
    assert.equal(all?.mirage.kind === "found" && all.mirage.version, "4.11.1");
    assert.equal(all?.mirage.late, undefined);
    assert.equal(all?.dune, dune);
    assert.deepEqual(started, ["mirage", "mirage"]);
    assert.equal(await detectLate({ dune }, input), undefined);
  });

  it("retries a tool in a custom command", async () => {
    const template = ["docker", "exec", "box", "$prog", "$args"];
    const mirage = await detect("mirage", hangingRun, { template, timeoutMs: 5 });
    assert.deepEqual([mirage.kind, mirage.late], ["missing", true]);
    const input = { run: answering(() => printed("v4.11.1")), env: { PATH: bin }, template };
    assert.equal((await detectLate({ mirage }, input))?.mirage.kind, "found");
  });

  it("does not reject if starting a program fails", async () => {
    const detection = await detect("dune", () => Promise.reject(new Error("spawn EAGAIN")));
    assert.deepEqual(detection, { id: "dune", kind: "missing", reason: "spawn EAGAIN" });
  });

  it("uses the path from mirageos.toolPaths, and reports a wrong one", async () => {
    const own = program(join(root, "away", "mirage"));
    const run = answering(() => printed("v4.10.0"));
    const detection = await detect("mirage", run, { toolPaths: { mirage: own } });
    assert.deepEqual(detection.kind === "found" && detection.path, own);
    for (const mirage of [join(root, "none"), "mirage"]) {
      const missing = await detect("mirage", run, { toolPaths: { mirage } });
      assert.match(
        missing.kind === "missing" ? missing.reason : "",
        /mirageos\.toolPaths contains .*(?:mirage|none)/,
      );
    }
  });

  it("finds the opam plugin opam-monorepo, and gmake on BSD, and reports a missing make", async () => {
    const run = answering(({ file }) => printed(basename(file) === "gmake" ? "GNU Make 4.4.1\n" : "0.4.3\n"));
    const monorepo = await detect("opam-monorepo", run);
    assert.equal(
      monorepo.kind === "found" && monorepo.path,
      join(root, "opam", "plugins", "bin", "opam-monorepo"),
    );
    const make = await detect("make", run, { platform: "freebsd" });
    assert.equal(make.kind === "found" && `${basename(make.path)} ${make.version}`, "gmake 4.4.1");
    assert.deepEqual(await detect("make", run), {
      id: "make",
      kind: "missing",
      reason: "make was not found",
    });
  });

  it("finds a cross compiler by its findlib toolchain", async () => {
    const run = answering(() => printed(""));
    assert.deepEqual(await detect("ocaml-solo5", run), {
      id: "ocaml-solo5",
      kind: "found",
      path: join(root, "switch", "lib", "findlib.conf.d", "solo5.conf"),
      version: "1.3.2",
    });
    assert.equal((await detect("ocaml-unikraft", run)).kind, "missing");
  });

  it("finds a cross compiler that only findlib knows, without an opam switch", async () => {
    const run = answering(({ args }) =>
      args.join(" ") === "-toolchain solo5 printconf destdir"
        ? printed("/usr/local/solo5/lib\n")
        : printed("/usr/lib/ocaml\n", "ocamlfind: [WARNING] Undefined toolchain: unikraft\n"),
    );
    const bare = join(root, "bare");
    mkdirSync(bare);
    program(join(bare, "ocamlfind"));
    const env = { PATH: bare };
    assert.deepEqual(await detect("ocaml-solo5", run, { env }), {
      id: "ocaml-solo5",
      kind: "found",
      path: "/usr/local/solo5/lib",
      version: undefined,
    });
    assert.equal((await detect("ocaml-unikraft", run, { env })).kind, "missing");
  });

  it("starts tools through a custom command", async () => {
    const run = answering(({ file, args }) => {
      assert.equal(file, "docker");
      return args.includes("mirage")
        ? printed("v4.11.1")
        : { ...printed("", "exec: not found"), result: exited(127) };
    });
    const more = { template: ["docker", "exec", "box", "$prog", "$args"] };
    assert.deepEqual(await detect("mirage", run, more), {
      id: "mirage",
      kind: "found",
      path: "mirage",
      version: "4.11.1",
    });
    assert.equal((await detect("dune", run, more)).kind, "missing");
    const note = await noteOf(detect("ocaml-solo5", run, more));
    assert.equal(note, "a custom command doesn't show whether it is installed");
  });

  it("returns a detection for each tool", async () => {
    const detections = await detectTools({
      run: answering(() => printed("version v1.0.0")),
      env: { PATH: bin },
    });
    assert.deepEqual(Object.keys(detections), [...toolIds]);
  });
});
