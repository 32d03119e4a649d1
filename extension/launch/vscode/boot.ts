import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { ImageFile } from "../../image/solo5Notes.ts";
import { problems, ProblemError } from "../../platform/errors.ts";
import { lineSplitter } from "../../platform/lines.ts";
import type { ProcessResult } from "../../platform/process.ts";
import { readText } from "../../platform/text.ts";
import type { Unikernel } from "../../project/model.ts";
import type { Host } from "../../toolchain/host.ts";
import type { TargetId } from "../../toolchain/targets.ts";
import type { Place, Toolchain } from "../../toolchain/vscode/toolchain.ts";
import { bootPlan, bootTools, type BootInput, type BootPlan } from "../bootPlan.ts";
import { crashText } from "../crashText.ts";
import type { Ending } from "../../logs/model.ts";
import { endingOf } from "../exits.ts";
import { parseAttachments, parseManifest, type Attachments, type Device } from "../manifest.ts";

/** A program that boots the image, with what reads its console and explains its end. */
export type Booted = Omit<Extract<BootPlan, { kind: "ready" }>, "kind" | "files"> & {
  readonly onOutput: (bytes: Uint8Array) => void;
  readonly explain: (result: ProcessResult) => Ending;
  /** Why it failed, in sentences; see `crashText`. */
  readonly crash: (ending: Ending) => string | undefined;
};

/** The last lines of a console, in which Solo5 says how the guest ended. */
const keptLines = 200;

/** What a boot is planned from, but for what the unikernel's toolchain tells. */
export type BootWish = Omit<BootInput, "programs" | "env" | "template" | "scratch" | "host"> & {
  readonly host: Host;
  /** Variables over those of the switch. */
  readonly extraEnv?: Readonly<Record<string, string>>;
};

/** Plans a boot with the tools of a place. Rejects with a ProblemError saying what keeps it from booting. */
export async function bootWith(
  { extraEnv, ...wish }: BootWish,
  place: Place,
  toolchain: Toolchain,
  scratch: string,
): Promise<Booted> {
  const { target } = wish;
  const environment = await toolchain.environment(place);
  const programs = await Promise.all(
    bootTools(target).map(async (id) => [id, await toolchain.path(id, place)] as const),
  );
  const plan = bootPlan({
    ...wish,
    programs: Object.fromEntries(programs),
    env: { ...environment.env, ...extraEnv },
    ...(environment.template && { template: environment.template }),
    scratch,
  });
  if (plan.kind === "blocked") throw new ProblemError(problems.notBootable(plan.reasons.join(" ")));
  if (plan.kind === "explain") throw new ProblemError(problems.bootByHand(target, plan.steps, wish.image));
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
      return endingOf(target, result, console);
    },
    crash: ({ text }) => crashText(target, text, console),
  };
}

/** What the setting mirageos.devices says for a file of the workspace. */
export function settingOf(file: string): Attachments {
  return parseAttachments(
    vscode.workspace.getConfiguration("mirageos", vscode.Uri.file(file)).get("devices"),
  );
}

/** The devices an image declares: as its own notes say, else as mirage wrote them down for the build. */
export async function declaredDevices(
  unikernel: Pick<Unikernel, "buildDir"> | undefined,
  target: TargetId,
  file: ImageFile,
): Promise<readonly Device[]> {
  if (file.kind === "solo5") return file.devices;
  // Only Solo5 targets have a manifest; for the others a file left behind says nothing.
  if (!unikernel || !["hvt", "spt", "virtio", "muen", "genode", "xen"].includes(target)) return [];
  const path = join(unikernel.buildDir, "mirage", "manifest.json");
  return parseManifest((await readText(path)) ?? "") ?? [];
}
