import { strict as assert } from "node:assert";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copyOf, discard, recordings, run, runMirage, sizesBelow } from "./standin.ts";

const skeleton = join(recordings, "skeleton");

function recording(...path: string[]): string {
  try {
    return readFileSync(join(recordings, ...path), "utf8");
  } catch {
    return "";
  }
}

/** Returns the sizes of the files that mirage generated in a recorded project, by path. */
function recordedSizes(...path: string[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const line of recording("skeleton", ...path).split("\n")) {
    const [size, name] = line.split("\t");
    if (name !== undefined && /^(?:dist|mirage)\/|^dune|^Makefile/.test(name)) sizes.set(name, Number(size));
  }
  return sizes;
}

/** Files that intentionally differ from the recorded ones; see the README. */
const adapted = new Set(["dune.build", "dune-workspace", "mirage/hello_libvirt.xml"]);
const samples = [
  { sample: "hello", at: "tutorial/hello" },
  { sample: "hello-key", at: "tutorial/hello-key" },
  { sample: "network", at: "device-usage/network" },
  { sample: "block", at: "device-usage/block" },
  { sample: "kv_ro", at: "device-usage/kv_ro" },
] as const;

describe("The stand-in for mirage", function () {
  let root = "";
  let folder = "";
  const mirage = (...args: string[]) => runMirage(args, folder);

  afterEach(() => discard(root));

  for (const { sample, at } of samples) {
    const targets = readdirSync(join(skeleton, at)).filter(
      (name) => /^[a-z-]+$/.test(name) && existsSync(join(skeleton, at, name, "configure.stdout")),
    );
    it(`configures ${sample} for ${targets.join(", ")} as recorded`, async () => {
      ({ root, folder } = await copyOf(sample, at));
      for (const target of targets) {
        const done = await mirage("configure", "-t", target);
        assert.equal(done.stdout.toString(), recording("skeleton", at, target, "configure.stdout"), target);
        assert.equal(done.code, 0, target);
        const expected = recordedSizes(at, target, "generated.list");
        const written = await sizesBelow(folder);
        for (const [name, size] of expected) {
          if (adapted.has(name)) assert.ok(written.has(name), `${target}: ${name}`);
          else assert.equal(written.get(name), size, `${target}: ${name}`);
        }
      }
    });

    it(`writes the recorded bytes for ${sample} on unix and hvt`, async () => {
      ({ root, folder } = await copyOf(sample, at));
      for (const target of ["unix", "hvt"]) {
        await mirage("configure", "-t", target);
        const generated = join(skeleton, at, target, "generated");
        const names = await readdir(generated, { recursive: true, withFileTypes: true }).catch(() => []);
        for (const entry of names) {
          const path = join(entry.parentPath, entry.name);
          if (!entry.isFile() || (target === "hvt" && adapted.has(entry.name))) continue;
          const name = path.slice(generated.length + 1);
          assert.equal(
            await readFile(join(folder, name), "utf8"),
            await readFile(path, "utf8"),
            `${target}: ${name}`,
          );
        }
      }
    });

    it(`describes and queries ${sample} as recorded, which prevents a build as with the real mirage`, async () => {
      ({ root, folder } = await copyOf(sample, at));
      const before = await mirage("describe");
      assert.equal(before.stdout.toString(), recording("skeleton", at, "describe-before-configure.stdout"));
      await mirage("configure", "-t", "hvt");
      const recorded = (name: string) => recording("skeleton", at, "hvt", name);
      assert.equal((await mirage("describe")).stdout.toString(), recorded("describe.stdout"));
      assert.equal(await readFile(join(folder, "dune"), "utf8"), recorded("dune-after-describe"));
      const dot = await mirage("describe", "--dot", "--eval", "-o", "-");
      assert.equal(dot.stdout.toString(), recorded("describe-dot-eval.stdout"));
      const all = await mirage("describe", "--dot", "--no-eval", "-o", "-");
      assert.equal(all.stdout.toString(), recorded("describe-dot-no-eval.stdout"));
      assert.equal((await mirage("query", "packages")).stdout.toString(), recorded("query-packages.stdout"));
      assert.equal((await mirage("query", "Makefile")).stdout.toString(), recorded("query-Makefile.stdout"));
      const help = await mirage("configure", "--help=plain");
      assert.equal(help.stdout.toString(), recording("skeleton", at, "configure-help-plain.stdout"));
    });
  }

  it("stores the options of network, and rejects what Solo5 does not support", async () => {
    ({ root, folder } = await copyOf("network", "device-usage/network"));
    await mirage("configure", "-t", "unix", "--net=direct", "--no-dhcp");
    assert.equal(
      await readFile(join(folder, "mirage", "context"), "utf8"),
      "configure\n-t\nunix\n--net=direct\n--no-dhcp\n",
    );
    const described = await mirage("describe");
    assert.equal(
      described.stdout.toString(),
      recording("skeleton", "device-usage/network", "unix+net=direct+no-dhcp", "describe.stdout"),
    );
    const refused = await mirage("configure", "-t", "hvt", "--net=host");
    assert.equal(refused.code, 1);
    assert.equal(
      refused.stderr.toString(),
      recording("skeleton", "device-usage/network", "hvt+net=host", "configure.stderr"),
    );
  });

  it("rejects a target, an option, a query and a command as recorded", async () => {
    ({ root, folder } = await copyOf("hello", "good"));
    const cases: [string, string[]][] = [
      ["unknown-target", ["configure", "-t", "nosuch"]],
      ["unknown-target-2", ["configure", "-t", "ukvm"]],
      ["missing-target-value", ["configure", "-t"]],
      ["unknown-option", ["configure", "--nope"]],
      ["net-host", ["configure", "-t", "unix", "--net=host"]],
      ["unknown-command", ["frobnicate"]],
      ["query-bad", ["query", "nosuch"]],
      ["no-config-file", ["configure", "-f", "nosuch.ml", "-t", "unix"]],
    ];
    for (const [name, args] of cases) {
      const done = await mirage(...args);
      assert.equal(done.stderr.toString(), recording("errors", "configure", "good", `${name}.stderr`), name);
      assert.equal(done.code, 1, name);
    }
  });

  it("removes the files that it wrote, but no files of the user", async () => {
    ({ root, folder } = await copyOf("hello", "tutorial/hello"));
    await writeFile(join(folder, "Makefile"), "all:\n");
    await mirage("configure", "-t", "hvt");
    assert.equal(await readFile(join(folder, "Makefile"), "utf8"), "all:\n");
    assert.equal((await mirage("clean")).code, 0);
    assert.deepEqual((await readdir(folder)).sort(), ["Makefile", "config.ml", "unikernel.ml"]);
  });

  it("uses a new name in every file, and does not remove old opam files", async () => {
    ({ root, folder } = await copyOf("hello", "mine"));
    const config = join(folder, "config.ml");
    await writeFile(config, (await readFile(config, "utf8")).replace('"hello"', '"other-name"'));
    await mirage("configure", "-t", "unix");
    await mirage("configure", "-t", "spt");
    const written = await sizesBelow(folder);
    assert.ok(written.has("mirage/other-name-unix.opam") && written.has("mirage/other-name-spt.opam"));
    for (const name of written.keys()) {
      if (/\.ml$|opam$/.test(name) && !name.startsWith("mirage/")) continue;
      const text = await readFile(join(folder, name), "utf8");
      assert.doesNotMatch(text, /\bhello\b/, name);
    }
    assert.equal((await mirage("query", "name")).stdout.toString().split("\n")[1], "other-name");
  });

  it("reports mistakes in config.ml at the same location as mirage", async () => {
    for (const [sample, name] of [
      ["broken/syntax-error", "syntax-error"],
      ["broken/type-error", "type-error"],
    ] as const) {
      ({ root, folder } = await copyOf(sample, name));
      const done = await mirage("configure", "-t", "unix");
      assert.equal(done.code, 1);
      const places = (text: string) => text.split("\n").filter((line) => /^File |^run |^ +'/.test(line));
      assert.deepEqual(
        places(done.stderr.toString()),
        places(recording("errors", "configure", name, "configure.stderr")),
      );
      const again = await mirage("configure", "-t", "unix");
      assert.equal(again.stderr.toString(), done.stderr.toString(), "the cached result is the same");
      await discard(root);
    }
  });

  it("checks the version in the header before anything else, and only when configuring", async () => {
    ({ root, folder } = await copyOf("broken/too-new", "version-too-new"));
    const done = await mirage("configure", "-t", "unix");
    assert.equal(
      done.stderr.toString(),
      recording("errors", "configure", "version-too-new", "configure.stderr"),
    );
    assert.deepEqual((await readdir(folder)).sort(), ["config.ml", "unikernel.ml"]);
    assert.equal((await mirage("describe")).code, 0);
    const newer = await run("mirage", ["configure", "-t", "unix"], folder, {
      MIRAGEOS_STANDIN_VERSION: "4.12.0",
    });
    assert.equal(newer.code, 0);
  });

  it("configures nothing without a register, and prints no error", async () => {
    ({ root, folder } = await copyOf("broken/no-register", "no-register"));
    const done = await mirage("configure", "-t", "unix");
    assert.equal(done.code, 0);
    assert.equal(done.stdout.toString(), recording("errors", "configure", "no-register", "configure.stdout"));
    assert.ok(!(await readdir(folder)).includes("Makefile"));
  });

  it("misbehaves on request: it ends by a signal, prints garbage or prints many lines", async () => {
    ({ root, folder } = await copyOf("hello", "hello"));
    const behave = (behaviour: string) =>
      run("mirage", ["configure", "-t", "unix"], folder, { MIRAGEOS_STANDIN_BEHAVIOUR: behaviour });
    if (process.platform !== "win32") assert.equal((await behave("sigsegv")).signal, "SIGSEGV");
    const garbage = await behave("garbage");
    assert.equal(garbage.code, 0);
    assert.ok(garbage.stdout.includes(0xff) && garbage.stdout.includes(0));
    const flood = await behave("flood");
    assert.ok(flood.stdout.toString().split("\n").length > 200_000);
  });
});
