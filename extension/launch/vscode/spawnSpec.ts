import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { problems, ProblemError } from "../../platform/errors.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import type { ToolchainScope } from "../../toolchain/toolchainScope.ts";
import { bootPlan, bootTools, type BootInput } from "../boot/bootPlan.ts";
import type { BootSpec } from "../boot/bootSpec.ts";
import { observeBoot } from "../session/observeBoot.ts";

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
  return observeBoot(target, plan.spec, plan.note);
}
