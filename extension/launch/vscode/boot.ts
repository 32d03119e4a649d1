import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { problems, ProblemError } from "../../platform/errors.ts";
import { lineSplitter } from "../../platform/lines.ts";
import type { ProjectState, Unikernel } from "../../project/model.ts";
import { readHost } from "../../toolchain/host.ts";
import type { TargetId } from "../../toolchain/targets.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import { bootPlan, bootTools, type BootPlan } from "../bootPlan.ts";
import { explainExit } from "../exits.ts";
import { parseAttachments, parseManifest, type Device } from "../manifest.ts";

/** What is to be booted; `scratch` is a folder of the extension's own for files a tender reads. */
export interface BootRequest {
  readonly unikernel: Unikernel;
  readonly target: TargetId;
  readonly bootArguments: readonly string[];
}

/** A program that boots the image, with what reads its console and explains its end. */
export type Booted = Omit<Extract<BootPlan, { kind: "ready" }>, "kind" | "files"> & {
  readonly onOutput: (bytes: Uint8Array) => void;
  readonly explain: (result: Parameters<typeof explainExit>[1]) => string;
};

/** The last lines of a console, in which Solo5 says how the guest ended. */
const keptLines = 50;

/** Plans the boot of the built image, or rejects with a ProblemError saying what is missing or to do. */
export async function boot(
  { unikernel, target, bootArguments }: BootRequest,
  state: ProjectState,
  toolchain: Toolchain,
  scratch: string,
): Promise<Booted> {
  if (!vscode.workspace.isTrusted) throw new ProblemError(problems.untrusted());
  if (!state.image) throw new ProblemError(problems.noImage(target));
  const [environment, host, devices] = await Promise.all([
    toolchain.environment(unikernel),
    readHost(),
    declaredDevices(unikernel, target),
  ]);
  const settings = vscode.workspace.getConfiguration("mirageos", vscode.Uri.file(unikernel.configFile));
  const plan = bootPlan({
    target,
    name: unikernel.name,
    cwd: unikernel.root,
    image: state.image.path,
    bootArguments,
    devices,
    attachments: parseAttachments(settings.get("devices")),
    host,
    programs: Object.fromEntries(
      await Promise.all(
        bootTools(target).map(async (id) => [id, await toolchain.path(id, unikernel)] as const),
      ),
    ),
    env: environment.env,
    ...(environment.template && { template: environment.template }),
    scratch,
  });
  if (plan.kind === "blocked") throw new ProblemError(problems.notBootable(plan.reasons.join(" ")));
  if (plan.kind === "explain") throw new ProblemError(problems.bootByHand(target, plan.steps));
  for (const file of plan.files) {
    await mkdir(dirname(file.path), { recursive: true });
    await writeFile(file.path, file.text);
  }
  const console: string[] = [];
  const lines = lineSplitter((line) => {
    console.push(line);
    if (console.length > keptLines) console.shift();
  });
  return {
    spec: plan.spec,
    note: plan.note,
    onOutput: lines.push,
    explain: (result) => {
      lines.end();
      return explainExit(target, result, console);
    },
  };
}

/** Only Solo5 targets have a manifest; for the others a file left behind says nothing. */
async function declaredDevices({ buildDir }: Unikernel, target: TargetId): Promise<readonly Device[]> {
  if (!["hvt", "spt", "virtio", "muen", "genode", "xen"].includes(target)) return [];
  const text = await readFile(join(buildDir, "mirage", "manifest.json"), "utf8").catch(() => "");
  return parseManifest(text) ?? [];
}
