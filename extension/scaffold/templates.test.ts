import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { promisify } from "node:util";
import { readConfigSource } from "../mirage/config/parseConfig.ts";
import { mismatches } from "../../language-bridge/features/mainMismatch.ts";
import { readSource } from "../ocaml/functors.ts";
import { root } from "../../scripts/programs.ts";
import { parseOcaml } from "../../test/harness/ocamlc.ts";
import { skip } from "../../test/harness/reporter.ts";
import { readConfigFile } from "../mirage/config/registrations.ts";
import { satisfies } from "../mirage/version.ts";
import { targetIds } from "../mirage/targets.ts";
import { nameProblem } from "./names.ts";
import { planFiles } from "./scaffoldPlan.ts";
import { compatibleTemplates, readIndex, targetsFor } from "./templates.ts";
import { writeFiles } from "./write.ts";

const folder = join(root, "snippets", "templates");
const read = (path: string): string => readFileSync(join(folder, path), "utf8");
const templates = readIndex(JSON.parse(read("index.json")));
const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);

/** The paths of all files in a folder, with `/`. */
function filesBelow(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .toSorted();
}

describe("the index of templates", () => {
  it("lists exactly the folders and files that exist", () => {
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    assert.deepEqual(ids(templates).toSorted(), folders.map(({ name }) => name).toSorted());
    for (const { id, files } of templates)
      assert.deepEqual(files.toSorted(), filesBelow(join(folder, id)), id);
    assert.ok(templates.length >= 21);
  });

  it("begins with Hello, which New Unikernel therefore preselects", () => {
    assert.equal(templates[0]?.id, "hello");
  });

  it("lists the entries of a group together", () => {
    const groups = templates.map(({ group }) => group);
    const changes = groups.filter((group, at) => group !== groups[at - 1]);
    assert.deepEqual(changes, [...new Set(groups)]);
  });

  it("is rejected if an entry is incomplete", () => {
    assert.throws(() => readIndex([{ id: "a" }]), /Entry 0/);
    assert.throws(() => readIndex({}), /not an array/);
    const [first] = templates;
    assert.throws(() => readIndex([first, { ...first, targets: ["moon"] }]), /Entry 1/);
  });

  it("filters by the installed version of mirage, if it is known", () => {
    assert.deepEqual(compatibleTemplates(templates, undefined), templates);
    assert.deepEqual(compatibleTemplates(templates, "4.11.1"), templates);
    assert.deepEqual(compatibleTemplates(templates, "4.12.0"), []);
    assert.deepEqual(compatibleTemplates(templates, "4.8.2"), []);
    const old = ids(compatibleTemplates(templates, "4.9.1"));
    assert.ok(old.includes("hello") && !old.includes("block"));
  });

  it("lists the targets of this computer first, and only those that the version of mirage supports", () => {
    const [hello] = templates.filter(({ id }) => id === "hello");
    assert.ok(hello);
    assert.deepEqual(targetsFor(hello, "4.9.0", "linux"), [
      "unix",
      "hvt",
      "spt",
      "virtio",
      "muen",
      "genode",
      "xen",
      "qubes",
    ]);
    assert.deepEqual(targetsFor(hello, "4.11.1", "darwin").slice(0, 2), ["macosx", "unix"]);
    assert.deepEqual(targetsFor(hello, undefined, "linux").length, targetIds.length - 1);
  });
});

describe("each template", () => {
  it("has the configure options for unix in its README", async () => {
    const [network] = templates.filter(({ id }) => id === "network");
    assert.ok(network);
    const readme = async (target: "unix" | "hvt"): Promise<string> => {
      const planned = await planFiles(network, { name: "a", target }, async (path) => read(path));
      return planned.find(({ path }) => path === "README.md")?.text ?? "";
    };
    assert.match(await readme("unix"), /^mirage configure -t unix --net=host$/m);
    assert.match(await readme("hvt"), /^mirage configure -t hvt$/m);
  });

  for (const { id, devices, minimumMirage, files, hostOptions } of templates) {
    it(`${id}: has the option --net=host if and only if config.ml uses generic_stackv4v6`, () => {
      const stack = /\bgeneric_stackv4v6\b/.test(read(`${id}/config.ml`));
      assert.deepEqual(hostOptions, stack ? ["--net=host"] : []);
    });

    const config = read(`${id}/config.ml`);

    it(`${id}: has a config.ml for mirage ${minimumMirage} to 4.11`, () => {
      const { isUnikernel, header, registers } = readConfigFile(config);
      assert.ok(isUnikernel);
      assert.ok(header && "constraint" in header, "the version header can be parsed");
      assert.ok(satisfies(minimumMirage, header.constraint) && satisfies("4.11.9", header.constraint));
      assert.ok(!satisfies("4.12.0", header.constraint) && !satisfies("4.8.9", header.constraint));
      assert.equal(nameProblem(registers[0]?.name ?? ""), undefined);
    });

    it(`${id}: has a config.ml and unikernel.ml that match, with the devices of the index`, () => {
      const parsed = readConfigSource(config);
      const [main, ...others] = parsed.mains;
      assert.ok(main);
      assert.deepEqual(others, []);
      assert.deepEqual(
        main.parameters?.map(({ name }) => name),
        devices,
      );
      const source = readSource(read(`${id}/unikernel.ml`));
      const found = mismatches({
        config: parsed,
        source: (module) => (module === "Unikernel" ? source : undefined),
      });
      assert.deepEqual(found, []);
    });

    it(`${id}: can be created with any name`, async () => {
      const [template] = templates.filter((each) => each.id === id);
      assert.ok(template);
      const target = "hvt";
      const planned = await planFiles(template, { name: "my-own", target }, async (path) => read(path));
      assert.deepEqual(
        planned.map(({ path }) => path),
        [...files, ".gitignore", ".ocamlformat"].toSorted(),
      );
      const text = (path: string) => planned.find((file) => file.path === path)?.text ?? "";
      assert.equal(readConfigFile(text("config.ml")).registers[0]?.name, "my-own");
      assert.match(text("README.md"), /^# my-own\n[^]*mirage configure -t hvt\n[^]*dist\/my-own\.hvt/);
      assert.doesNotMatch(text("README.md"), /\{\{/);
      assert.equal(text(".gitignore"), read("gitignore"));
      assert.doesNotMatch(text(".ocamlformat"), /^\s*version/m, "any version of ocamlformat accepts it");
    });
  }
});

describe("the OCaml of the templates", () => {
  it("can be parsed by OCaml", async function () {
    const files = templates.flatMap(({ id, files: names }) =>
      names.filter((name) => /\.mli?$/.test(name)).map((name) => join(folder, id, name)),
    );
    await parseOcaml(this, files);
  });
});

describe("the templates and the real mirage", () => {
  it("can be configured for every target in the index", async function () {
    const tools = process.env["MIRAGEOS_REAL_TOOLS"];
    if (tools === undefined) skip(this, "MIRAGEOS_REAL_TOOLS is not set to a folder with mirage and dune");
    this.timeout(1_800_000);
    const scratch = await mkdtemp(join(tmpdir(), "mirageos-templates-"));
    const env = { ...process.env, PATH: [tools, process.env["PATH"]].join(delimiter) };
    try {
      for (const template of templates) {
        const cwd = join(scratch, template.id);
        const name = template.id;
        await writeFiles(
          cwd,
          await planFiles(template, { name, target: "unix" }, async (path) => read(path)),
        );
        for (const target of template.targets) {
          const onHost = target === "unix" || target === "macosx" ? template.hostOptions : [];
          // Rejects with the output of mirage.
          await promisify(execFile)("mirage", ["configure", "-t", target, ...onHost], { cwd, env });
          // Without a `register`, mirage exits with 0 but does not write this file.
          assert.ok(existsSync(join(cwd, "mirage", `${name}-${target}.opam`)), `${name} for ${target}`);
        }
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
});
