/**
 * Runs boot tests without an editor, for example in continuous integration:
 *
 *     node dist/boot-tests.js [--target TARGET]… [--junit FILE] [FOLDER]…
 *
 * A folder contains config.ml, boot-tests.json and the built image; the default is the current folder. Exits with 0 if no
 * test failed, with 1 if one did, and with 2 if the arguments or a file are wrong. Tests that this computer can't boot are
 * skipped with their reason.
 */
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bootTestsFile } from "./bootTests/fileName.ts";
import { keepOutput } from "./bootTests/keptOutput.ts";
import type { BootTest } from "./bootTests/model.ts";
import { readBootTests } from "./bootTests/readBootTests.ts";
import { failureText, junitReport, type ReportedTest } from "./bootTests/report.ts";
import { portsInUse } from "./bootTests/expect/networkChecks.ts";
import { runBootTest } from "./bootTests/runBootTest.ts";
import { splitsArguments } from "./image/argumentSplitting.ts";
import { readImage } from "./image/solo5Notes.ts";
import { bootPlan, bootTools } from "./launch/boot/bootPlan.ts";
import { resolveAttachments } from "./launch/boot/attachments.ts";
import type { BootSpec } from "./launch/boot/bootSpec.ts";
import { parseConfiguration } from "./launch/configuration/launchConfiguration.ts";
import { preflight } from "./launch/preflight/preflight.ts";
import { observeBoot } from "./launch/session/observeBoot.ts";
import { readConfigFile } from "./mirage/config/registrations.ts";
import { artifactOf, hostTarget, isFileName, isTarget, targets, type TargetId } from "./mirage/targets.ts";
import { parseContext, withoutConfigFile } from "./project/mirageContext.ts";
import { imageOfRules } from "./project/snapshot.ts";
import type { ToolId } from "./mirage/toolId.ts";
import { sourceRanges } from "./ocaml/sourceRange.ts";
import { currentEnv, findProgram } from "./platform/env.ts";
import { run } from "./platform/process.ts";
import { readText } from "./platform/readText.ts";
import { shellCommand } from "./platform/shellQuote.ts";
import { t } from "./protocol/l10n.ts";
import { readHost } from "./toolchain/host.ts";
import { tools } from "./toolchain/tools.ts";

/** How much of what a unikernel prints last is reported, in bytes. */
const reportedBytes = 1 << 18;

/** A mistake in the arguments or in a file. */
class UsageError extends Error {}

/** A test can't be booted on this computer. */
class HostError extends Error {}

interface TestFolder {
  /** Absolute. */
  readonly path: string;
  /** The name that config.ml registers; that of the folder if config.ml computes it. */
  readonly name: string;
  readonly isComputed: boolean;
  readonly tests: readonly BootTest[];
}

/** Reads the tests and the name of the unikernel of a folder. Rejects with a UsageError. */
async function readFolder(folder: string): Promise<TestFolder> {
  const [config, text] = await Promise.all([
    readText(join(folder, "config.ml")),
    readText(join(folder, bootTestsFile)),
  ]);
  if (config === undefined) throw new UsageError(t("{0} has no config.ml.", folder));
  if (text === undefined) throw new UsageError(t("{0} has no {1}.", folder, bootTestsFile));
  const { tests, problems } = readBootTests(text);
  const rangeOf = sourceRanges(text);
  for (const { message, severity, range } of problems) {
    const line = rangeOf(range.offset, range.offset).startLine + 1;
    const place = `${join(folder, bootTestsFile)}:${line}: ${message}`;
    if (severity === "error") throw new UsageError(place);
    console.error(place);
  }
  const name = readConfigFile(config).registers.at(-1)?.name;
  return name !== undefined && isFileName(name)
    ? { path: folder, name, isComputed: false, tests }
    : { path: folder, name: basename(folder), isComputed: true, tests };
}

/** The absolute path of the image that the last build made, or would make, for a target. Rejects with a UsageError. */
async function imageFor({ path, name, isComputed }: TestFolder, target: TargetId): Promise<string> {
  const [context, rules] = await Promise.all([
    readText(join(path, "mirage", "context")),
    readText(join(path, "dist", "dune")),
  ]);
  const isConfigured = context !== undefined && parseContext(context)?.target === target;
  const generated = isConfigured ? imageOfRules(rules ?? "") : undefined;
  if (generated === undefined && isComputed)
    throw new UsageError(
      t(
        "{0} computes the name of its unikernel. Run {1}, and build it.",
        join(path, "config.ml"),
        shellCommand(["mirage", "configure", "-t", target]),
      ),
    );
  return join(path, generated ?? artifactOf(target, name));
}

/** Checks the image and the host. Rejects with a HostError if this computer can't boot the test. */
async function prepare(
  tested: TestFolder,
  { launch, options }: BootTest,
  target: TargetId,
  scratch: string,
): Promise<BootSpec> {
  const { path: folder, name } = tested;
  const configured = withoutConfigFile(
    parseContext((await readText(join(folder, "mirage", "context"))) ?? "")?.options ?? [],
  );
  if (options && options.join("\0") !== configured.join("\0"))
    throw new HostError(
      t(
        "The unikernel is configured with other options. Run {0}, and build it.",
        shellCommand(["mirage", "configure", "-t", target, ...options]),
      ),
    );
  const parsed = parseConfiguration(launch);
  if ("problems" in parsed) throw new Error(parsed.problems.join(" "));
  const { args = [], attachments: given, devices: named, memoryMb, tenderArgs, env } = parsed.configuration;
  const image = await imageFor(tested, target);
  const [content, host] = await Promise.all([readImage(image), readHost()]);
  const devices = content.kind === "solo5" ? content.devices : named;
  const { attachments } = resolveAttachments(devices, [given]);
  const problems = await preflight({
    target,
    path: image,
    image: content,
    devices,
    attachments,
    host,
    cwd: folder,
    tenderAbi: undefined,
  });
  if (problems.length > 0) throw new HostError(problems.map(({ message }) => message).join(" "));
  const { family } = targets[target];
  const found = await Promise.all(
    bootTools(target).map(async (id) => [id, await findTool(id, { ...currentEnv(), ...env })] as const),
  );
  const plan = bootPlan({
    target,
    name,
    cwd: folder,
    image,
    bootArguments: args,
    splitsArguments:
      family === "unix" && args.some((text) => /[\\" ]/.test(text)) && (await splitsArguments(image)),
    devices,
    attachments,
    memoryMb,
    tenderArgs,
    host,
    programs: Object.fromEntries(found),
    env: { ...currentEnv(), ...env },
    scratch,
  });
  if (plan.kind === "blocked") throw new HostError(plan.reasons.join(" "));
  if (plan.kind === "explain") throw new HostError(plan.steps.join(" "));
  for (const { path, text } of plan.files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return observeBoot(target, plan.spec, plan.note);
}

/** The path of the first program of a tool on PATH. */
async function findTool(id: ToolId, env: Readonly<Record<string, string>>): Promise<string | undefined> {
  for (const { program } of tools[id].candidates(process.platform)) {
    const path = await findProgram(program, env);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** Boots a test on a target and prints the result. */
async function runOnTarget(
  folder: TestFolder,
  test: BootTest,
  target: TargetId,
  { scratch, signal }: { readonly scratch: string; readonly signal: AbortSignal },
): Promise<ReportedTest> {
  const output = keepOutput(reportedBytes);
  const base = { suite: folder.name, name: `${test.name} (${target})` };
  try {
    const used = (await portsInUse(test.expect)).map(({ message }) => message);
    if (used.length > 0) return { ...base, durationMs: 0, failures: used, skipped: undefined, output: "" };
    const boot = await prepare(folder, test, target, scratch);
    const { failures, durationMs } = await runBootTest(
      test,
      {
        ...boot,
        target,
        onOutput: (_, bytes) => {
          output.push(bytes);
          boot.onOutput(bytes);
        },
      },
      { run, signal },
    );
    return {
      ...base,
      durationMs,
      failures: failures.map(failureText),
      skipped: undefined,
      output: output.text(),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const isSkipped = error instanceof HostError;
    return {
      ...base,
      durationMs: 0,
      failures: isSkipped ? [] : [reason],
      skipped: isSkipped ? reason : undefined,
      output: "",
    };
  }
}

function print({ suite, name, durationMs, failures, skipped, output }: ReportedTest): void {
  const result = skipped === undefined ? (failures.length === 0 ? "ok" : "FAILED") : "skipped";
  console.log(
    `${result}  ${suite}: ${name}${skipped === undefined ? ` (${Math.round(durationMs)} ms)` : ""}`,
  );
  if (skipped !== undefined) console.log(`    ${skipped}`);
  for (const failure of failures) console.log(failure.replaceAll(/^/gm, "    "));
  if (failures.length > 0 && output !== "") console.log(output.replaceAll(/^/gm, "    | "));
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { target: { type: "string", multiple: true }, junit: { type: "string" } },
  });
  const chosen = (values.target ?? []).map((text) => {
    if (!isTarget(text)) throw new UsageError(t("{0} is not a target of mirage.", text));
    return text;
  });
  const folders = (positionals.length > 0 ? positionals : ["."]).map((folder) => resolve(folder));
  const scratch = await mkdtemp(join(tmpdir(), "boot-tests-"));
  const results: ReportedTest[] = [];
  const abort = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => abort.abort());
  try {
    for (const path of folders) {
      const folder = await readFolder(path);
      for (const test of folder.tests) {
        const own = test.targets.length > 0 ? test.targets : chosen;
        const on = chosen.length > 0 ? own.filter((target) => chosen.includes(target)) : own;
        for (const target of on.length > 0 || chosen.length > 0 ? on : [hostTarget(process.platform)]) {
          if (abort.signal.aborted) return 130;
          const result = await runOnTarget(folder, test, target, { scratch, signal: abort.signal });
          print(result);
          results.push(result);
        }
      }
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  if (values.junit !== undefined) await writeFile(values.junit, junitReport(results));
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const skipped = results.filter((result) => result.skipped !== undefined).length;
  console.log(
    `${results.length - failed - skipped} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
  );
  return failed > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
