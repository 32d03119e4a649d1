import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../extension/platform/process.ts";
import { mergeEnv } from "../../extension/platform/env.ts";
import {
  answerConfig,
  placeShim,
  realEnv,
  realTools,
  startServer,
  type Complaint,
} from "../../test/harness/ocamllsp.ts";
import { skip } from "../../test/harness/reporter.ts";
import { combinators } from "../../extension/mirage/combinators.ts";
import { firstWithBuildSystemVariable, atLeast, parseServerVersion } from "./serverVersion.ts";
import { duneRootOf } from "../merlin/shimAnswers.ts";
import { shimEnv, type ShimLocation } from "../merlin/shimFiles.ts";

const sample = fileURLToPath(new URL("../../test-workspace/network/", import.meta.url));

async function outputOf(file: string, args: readonly string[], cwd = sample): Promise<string> {
  const parts: Uint8Array[] = [];
  const take = (bytes: Uint8Array) => void parts.push(bytes);
  const result = await run({ file, args, cwd, env: realEnv }, { onStdout: take, onStderr: take });
  const text = Buffer.concat(parts).toString();
  assert.deepEqual(result, { kind: "exited", code: 0 }, `${file} ${args.join(" ")}: ${text}`);
  return text;
}

/** Why these tests can't run here; undefined if they can. */
async function missingTools(): Promise<string | undefined> {
  if (realTools === undefined)
    return "MIRAGEOS_REAL_TOOLS names no folder with the programs of an opam switch";
  for (const program of ["ocamllsp", "dune", "mirage"])
    if (!existsSync(join(realTools, program))) return `no ${program} in ${realTools}`;
  const version = parseServerVersion(await outputOf("ocamllsp", ["--version"]));
  return atLeast(version, firstWithBuildSystemVariable)
    ? undefined
    : `ocamllsp ${version} is older than 1.26`;
}

/** The text of a hover. */
function hoverText(hover: unknown): string {
  const { contents } = hover as { readonly contents?: { readonly value?: string } };
  return contents?.value ?? "";
}

describe("config.ml in the ocamllsp of an opam switch", function () {
  this.timeout(240_000);
  let base: string | undefined;
  let project: string;
  let place: ShimLocation;

  before(async function () {
    const reason = await missingTools();
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
    const outsideDune = duneRootOf(join(project, "config.ml"), existsSync) === undefined;
    return startServer(project, mergeEnv(realEnv, shimEnv(place, outsideDune ? project : undefined)));
  };
  const messagesOf = (all: readonly Complaint[]) => all.map(({ message }) => message);

  const checkConfig = async (): Promise<void> => {
    await answerConfig(place, project);
    const text = await readFile(join(project, "config.ml"), "utf8");
    const server = await serverHere();
    const config = await server.open(join(project, "config.ml"), text);
    const reply = async (method: string, letters?: number) =>
      JSON.stringify(await config.at(method, "register ", letters));
    assert.match(await reply("hover"), /string ->/);
    assert.match(await reply("declaration"), /mirage\.mli/);
    assert.match(await reply("completion", 4), /"register"/);
    assert.match(await reply("signatureHelp", "register ".length), /register : /);
    assert.deepEqual(messagesOf(await config.complaints), []);
    await server.stop();
    const other = await serverHere();
    const wrong = text.replace('register "network"', "register 42");
    const complaints = messagesOf(await (await other.open(join(project, "config.ml"), wrong)).complaints);
    assert.equal(complaints.length, 1);
    assert.match(complaints[0] ?? "", /type int but .*string/s);
    await other.stop();
  };
  const unikernelMessages = async (): Promise<readonly string[]> => {
    const server = await serverHere();
    const file = join(project, "unikernel.ml");
    const all = messagesOf(await (await server.open(file, await readFile(file, "utf8"))).complaints);
    await server.stop();
    return all;
  };

  it("is understood before mirage configure", checkConfig);

  it("gets the types of combinators that our own hover shows", async () => {
    await answerConfig(place, project);
    const names = Object.keys(combinators);
    const file = join(project, "config.ml");
    const text = `open Mirage\n${names.map((name) => `let _ = ${name} [@@of "${name}"]\n`).join("")}`;
    const server = await serverHere();
    const config = await server.open(file, text);
    const different: string[] = [];
    for (const [name, { type }] of Object.entries(combinators)) {
      const hover = await config.at("hover", `= ${name} [`, 2);
      const [signature = ""] = hoverText(hover).split("\n***\n");
      // Library modules under the names that a config.ml can use.
      const plain = signature
        .replaceAll(/\s+/g, " ")
        .replaceAll("Functoria__", "Functoria.")
        .replace("?pos:string * int * int * int -> ", "");
      if (plain !== type) different.push(`${name}: ${plain}, not ${type}`);
    }
    await server.stop();
    assert.deepEqual(different, []);
  });

  for (const target of ["hvt", "unix"])
    it(`is understood after mirage configure for ${target}`, async () => {
      await outputOf("mirage", ["configure", "-t", target], project);
      await checkConfig();
      assert.ok((await unikernelMessages()).some((message) => message.startsWith("No config found")));
    });

  it("is understood after a build, and unikernel.ml has no errors either", async () => {
    await outputOf("dune", ["build", "--root", ".", "--profile", "release", "./dist"], project);
    await checkConfig();
    assert.deepEqual(await unikernelMessages(), []);
  });

  it("is understood after mirage clean", async () => {
    await outputOf("mirage", ["clean"], project);
    await checkConfig();
  });
});
