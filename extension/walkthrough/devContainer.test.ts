import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { englishManifest } from "../../scripts/manifest.ts";
import { root } from "../../scripts/programs.ts";
import { solo5Compiler } from "../toolchain/doctor.ts";
import { definitionPath, devContainerFiles } from "./devContainer.ts";

interface Definition {
  readonly name: string;
  readonly build: { readonly dockerfile: string };
  readonly runArgs: readonly string[];
  readonly init: boolean;
  readonly remoteUser: string;
  readonly postStartCommand: string;
  readonly customizations: { readonly vscode: { readonly extensions: readonly string[] } };
}

/** Parses JSON with comments. The specification allows comments, but no trailing commas. */
function readCommented(text: string): Definition {
  return JSON.parse(
    text.replace(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\//g, (part) => (part.startsWith('"') ? part : "")),
  );
}

const read = (name: string) => readFile(join(root, "snippets", "devcontainer", name), "utf8");
const filesOf = async (kvm: boolean, tun: boolean): Promise<ReadonlyMap<string, string>> =>
  new Map((await devContainerFiles({ kvm, tun }, read)).map(({ path, text }) => [path, text]));
const definition = async (kvm: boolean, tun: boolean) =>
  readCommented((await filesOf(kvm, tun)).get(definitionPath) ?? "");

describe("devContainerFiles", () => {
  const cases = [true, false].flatMap((kvm) => [true, false].map((tun) => [kvm, tun] as const));

  it("returns JSON with comments that contains only properties of the specification", async () => {
    for (const [kvm, tun] of cases)
      assert.deepEqual(Object.keys(await definition(kvm, tun)), [
        "name",
        "build",
        "runArgs",
        "init",
        "remoteUser",
        "postStartCommand",
        "customizations",
      ]);
  });

  it("passes existing devices to the container and comments the others out", async () => {
    for (const [kvm, tun] of cases) {
      const { runArgs } = await definition(kvm, tun);
      assert.equal(runArgs.includes("--device=/dev/kvm"), kvm);
      assert.equal(runArgs.includes("--device=/dev/net/tun"), tun);
      assert.ok(runArgs.includes("--cap-add=NET_ADMIN"));
      const text = (await filesOf(kvm, tun)).get(definitionPath) ?? "";
      for (const device of ["/dev/kvm", "/dev/net/tun"])
        assert.ok(text.includes(`"--device=${device}",`), device);
    }
  });

  it("installs this extension and the OCaml Platform", async () => {
    const { publisher, name } = englishManifest<{ publisher: string; name: string }>();
    assert.deepEqual((await definition(true, true)).customizations.vscode.extensions, [
      `${publisher}.${name}`,
      "ocamllabs.ocaml-platform",
    ]);
  });

  it("builds from its Dockerfile, which installs the tools for the user that VS Code runs as", async () => {
    const { build, remoteUser } = await definition(true, true);
    const dockerfile = (await filesOf(true, true)).get(`.devcontainer/${build.dockerfile}`) ?? "";
    assert.match(dockerfile, /^FROM \S+$/m);
    assert.ok(dockerfile.includes(`useradd --create-home --shell /bin/bash ${remoteUser}`));
    assert.ok(dockerfile.includes(`\nUSER ${remoteUser}\n`));
    assert.ok(dockerfile.includes(`\nRUN opam switch create mirage ${solo5Compiler} --yes`));
    assert.match(dockerfile, /opam install .*\bmirage opam-monorepo\b/);
    assert.match(dockerfile, /opam install .*\bocaml-solo5 solo5\b/);
    for (const program of ["make", "iproute2"]) {
      // make is part of build-essential.
      assert.ok(dockerfile.includes(program === "make" ? "build-essential" : program), program);
    }
  });

  it("has no line continuation in the Dockerfile without a next line", async () => {
    const lines = ((await filesOf(false, false)).get(".devcontainer/Dockerfile") ?? "").split("\n");
    lines.forEach((text, at) => {
      if (text.endsWith("\\")) assert.match(lines[at + 1] ?? "", /^ +\S/, text);
    });
  });
});
