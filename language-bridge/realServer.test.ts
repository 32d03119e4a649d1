import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../extension/platform/process.ts";
import { mergeEnv } from "../extension/platform/env.ts";
import {
  answerConfig,
  placeShim,
  realEnv,
  realTools,
  startServer,
  type Complaint,
} from "../test/harness/ocamllsp.ts";
import { skip } from "../test/harness/reporter.ts";
import { combinators } from "./combinators.ts";
import { asksAnyBuildSystem, atLeast, parseServerVersion } from "./serverVersion.ts";
import { duneRootOf } from "./shimAnswers.ts";
import { shimEnv, type ShimPlace } from "./shimFiles.ts";

const sample = fileURLToPath(new URL("../test-workspace/network/", import.meta.url));

async function printed(file: string, args: readonly string[], cwd = sample): Promise<string> {
  const parts: Uint8Array[] = [];
  const take = (bytes: Uint8Array) => void parts.push(bytes);
  const result = await run({ file, args, cwd, env: realEnv }, { onStdout: take, onStderr: take });
  const text = Buffer.concat(parts).toString();
  assert.deepEqual(result, { kind: "exited", code: 0 }, `${file} ${args.join(" ")}: ${text}`);
  return text;
}

/** Why there is nothing to ask here; undefined when there is. */
async function lacking(): Promise<string | undefined> {
  if (realTools === undefined)
    return "MIRAGEOS_REAL_TOOLS names no folder with the programs of an opam switch";
  for (const program of ["ocamllsp", "dune", "mirage"])
    if (!existsSync(join(realTools, program))) return `no ${program} in ${realTools}`;
  const version = parseServerVersion(await printed("ocamllsp", ["--version"]));
  return atLeast(version, asksAnyBuildSystem) ? undefined : `ocamllsp ${version} is older than 1.26`;
}

/** The text of the server's answer. */
function hoverText(hover: unknown): string {
  const { contents } = hover as { readonly contents?: { readonly value?: string } };
  return contents?.value ?? "";
}

describe("config.ml and the ocamllsp of an opam switch", function () {
  this.timeout(240_000);
  let base: string | undefined;
  let project: string;
  let place: ShimPlace;

  before(async function () {
    const reason = await lacking();
    if (reason !== undefined) skip(this, reason);
    base = await realpath(await mkdtemp(join(tmpdir(), "mirageos-server-")));
    place = await placeShim(base);
    project = join(base, "project");
    await mkdir(project);
    for (const name of ["config.ml", "unikernel.ml"]) await cp(join(sample, name), join(project, name));
  });
  after(async () => {
    if (base !== undefined) await rm(base, { recursive: true, force: true });
  });

  const serverHere = () => {
    const bare = duneRootOf(join(project, "config.ml"), existsSync) === undefined;
    return startServer(project, mergeEnv(realEnv, shimEnv(place, bare ? project : undefined)));
  };
  const words = (all: readonly Complaint[]) => all.map(({ message }) => message);

  const understood = async (): Promise<void> => {
    await answerConfig(place, project);
    const text = await readFile(join(project, "config.ml"), "utf8");
    const server = await serverHere();
    const config = await server.open(join(project, "config.ml"), text);
    const said = async (method: string, letters?: number) =>
      JSON.stringify(await config.at(method, "register ", letters));
    assert.match(await said("hover"), /string ->/);
    assert.match(await said("declaration"), /mirage\.mli/);
    assert.match(await said("completion", 4), /"register"/);
    assert.match(await said("signatureHelp", "register ".length), /register : /);
    assert.deepEqual(words(await config.complaints), []);
    await server.stop();
    const other = await serverHere();
    const wrong = text.replace('register "network"', "register 42");
    const complaints = words(await (await other.open(join(project, "config.ml"), wrong)).complaints);
    assert.equal(complaints.length, 1);
    assert.match(complaints[0] ?? "", /type int but .*string/s);
    await other.stop();
  };
  const aboutUnikernel = async (): Promise<readonly string[]> => {
    const server = await serverHere();
    const file = join(project, "unikernel.ml");
    const all = words(await (await server.open(file, await readFile(file, "utf8"))).complaints);
    await server.stop();
    return all;
  };

  it("before a configure", understood);

  it("which gives each combinator the type that a hover of ours has for it", async () => {
    await answerConfig(place, project);
    const names = Object.keys(combinators);
    const file = join(project, "config.ml");
    const text = `open Mirage\n${names.map((name) => `let _ = ${name} [@@of "${name}"]\n`).join("")}`;
    const server = await serverHere();
    const config = await server.open(file, text);
    const different: string[] = [];
    for (const [name, { type }] of Object.entries(combinators)) {
      const hover = await config.at("hover", `= ${name} [`, 2);
      const [said = ""] = hoverText(hover).split("\n***\n");
      // Modules of a library by the names that a config.ml can write.
      const plain = said
        .replaceAll(/\s+/g, " ")
        .replaceAll("Functoria__", "Functoria.")
        .replace("?pos:string * int * int * int -> ", "");
      if (plain !== type) different.push(`${name}: ${plain}, not ${type}`);
    }
    await server.stop();
    assert.deepEqual(different, []);
  });

  for (const target of ["hvt", "unix"])
    it(`after a configure for ${target}`, async () => {
      await printed("mirage", ["configure", "-t", target], project);
      await understood();
      assert.ok((await aboutUnikernel()).some((message) => message.startsWith("No config found")));
    });

  it("after a build, when nothing is wrong in unikernel.ml either", async () => {
    await printed("dune", ["build", "--root", ".", "--profile", "release", "./dist"], project);
    await understood();
    assert.deepEqual(await aboutUnikernel(), []);
  });

  it("after a clean", async () => {
    await printed("mirage", ["clean"], project);
    await understood();
  });
});
