import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { problems, ProblemError } from "../../platform/errors.ts";
import { lineSplitter } from "../../platform/lines.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import type { ToolchainScope } from "../../toolchain/toolchainScope.ts";
import { bootPlan, bootTools, type BootInput } from "../boot/bootPlan.ts";
import type { BootSpec } from "../boot/bootSpec.ts";
import { crashText } from "../session/crashText.ts";
import { exitReason } from "../session/exitReason.ts";

/** How many of the last console lines are used to explain how the guest ended. */
const consoleLines = 200;

/**
 * Makes the program that boots an image, with the tools of `scope`, and writes the files that it reads.
 * `env` is added to the environment of the switch. Rejects with a ProblemError if the image can't be booted.
 */
export async function spawnSpec(
  { env, ...input }: Omit<BootInput, "programs" | "template">,
  scope: ToolchainScope,
  toolchain: Toolchain,
): Promise<BootSpec> {
  const { target } = input;
  const environment = await toolchain.environment(scope);
  const programs = await Promise.all(
    bootTools(target).map(async (id) => [id, await toolchain.path(id, scope)] as const),
  );
  const plan = bootPlan({
    ...input,
    programs: Object.fromEntries(programs),
    env: { ...environment.env, ...env },
    ...(environment.template && { template: environment.template }),
  });
  if (plan.kind === "blocked") throw new ProblemError(problems.notBootable(plan.reasons.join(" ")));
  if (plan.kind === "explain") throw new ProblemError(problems.bootByHand(target, plan.steps, input.image));
  for (const { path, text } of plan.files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const console: string[] = [];
  const lines = lineSplitter((line) => {
    console.push(line);
    if (console.length > consoleLines) console.shift();
  });
  return {
    spec: plan.spec,
    note: plan.note,
    onOutput: lines.push,
    explain: (result) => {
      lines.end();
      return exitReason(target, result, console);
    },
    crash: (outcome) => crashText(target, outcome, console),
  };
}
