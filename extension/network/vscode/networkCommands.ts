import { homedir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { showErrorMessage, showInformationMessage } from "../../platform/vscode/messages.ts";
import { currentEnv, findProgram } from "../../platform/env.ts";
import { problems, type ProblemAction } from "../../platform/errors.ts";
import type { Run } from "../../platform/process.ts";
import { performAction, showProblem } from "../../platform/vscode/showProblem.ts";
import { t } from "../../protocol/l10n.ts";
import { typeIntoTerminal } from "../../toolchain/vscode/setupTerminal.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import { describeNetwork, installLines, otherSystem, setUpOutcome } from "../networkTexts.ts";
import { isComplete, readNetwork } from "../networkState.ts";
import { newTap, planNetwork } from "../networkPlan.ts";
import { setUpScript } from "../setUpScript.ts";
import { tearDownScript } from "../tearDownScript.ts";
import { findElevators, runScript } from "./runScript.ts";

export interface NetworkContext {
  readonly run: Run;
  /** Refreshed after a change, so that an open report of Check Setup checks again. */
  readonly toolchain: Pick<Toolchain, "refresh">;
  /** The extension's storage folder. */
  readonly scratch: string;
}

const setUp = "mirageos.setUpNetwork";
const tearDown: ProblemAction = { title: t("Tear Down Network"), command: "mirageos.tearDownNetwork" };

/**
 * The command MirageOS: Set Up Network. `on` can name a tap interface to make or to attach, as `{ tap: "tap100" }`.
 * Nothing is changed before the user has seen the script and chosen to run it.
 */
export async function setUpNetwork(context: NetworkContext, on: unknown): Promise<void> {
  if (!(await isPossible())) return;
  const tap = tapOf(on);
  const state = await readNetwork(context.run);
  if (tap === undefined && isComplete(state)) {
    const addTap = { title: t("Add {0}", newTap(state)), command: setUp, args: [{ tap: newTap(state) }] };
    return offer(t("The network is set up: {0}.", describeNetwork(state, Date.now())), [addTap, tearDown]);
  }
  if (!(await hasDnsmasq())) return offerDnsmasq();
  const plan = planNetwork(state, { owner: process.getuid?.() ?? 0, tap });
  if ("refused" in plan) return void showErrorMessage(plan.refused);
  const code = await runScript(t("Set Up Network"), {
    name: "set-up-network.sh",
    text: setUpScript(plan),
    folder: join(context.scratch, "network"),
  });
  if (code === "declined") return;
  context.toolchain.refresh();
  const again = { title: t("Try Again"), command: setUp, args: [on] };
  const { message, offers } = setUpOutcome(await readNetwork(context.run), code);
  await offer(message, { nothing: [], again: [again], againOrTearDown: [again, tearDown] }[offers]);
}

/** The command MirageOS: Tear Down Network. */
export async function tearDownNetwork(context: NetworkContext): Promise<void> {
  if (!(await isPossible())) return;
  if (!(await readNetwork(context.run)).isRecorded) {
    void showInformationMessage(
      t("There is no network to tear down: none was set up since this computer was started."),
    );
    return;
  }
  const code = await runScript(t("Tear Down Network"), {
    name: "tear-down-network.sh",
    text: tearDownScript(),
    folder: join(context.scratch, "network"),
  });
  if (code === "declined") return;
  context.toolchain.refresh();
  if ((await readNetwork(context.run)).isRecorded)
    return offer(t("The network was not torn down. The terminal says why."), [
      { ...tearDown, title: t("Try Again") },
    ]);
  void showInformationMessage(t("The network is torn down."));
}

/** Whether a network can be set up here. If not, the user is told why. */
async function isPossible(): Promise<boolean> {
  const other = otherSystem(process.platform);
  if (other !== undefined) void showInformationMessage(other);
  else if (!vscode.workspace.isTrusted) await showProblem(problems.untrusted());
  return other === undefined && vscode.workspace.isTrusted;
}

/** Shows a message with buttons. */
async function offer(message: string, actions: readonly ProblemAction[]): Promise<void> {
  const chosen = await showInformationMessage(message, ...actions.map(({ title }) => title));
  const action = actions.find(({ title }) => title === chosen);
  if (action) await performAction(action);
}

/** The environment with the folders in which Debian has programs for root. */
function rootEnv(): Readonly<Record<string, string>> {
  const env = currentEnv();
  return { ...env, PATH: `${env["PATH"] ?? ""}:/usr/local/sbin:/usr/sbin:/sbin` };
}

const hasDnsmasq = async (): Promise<boolean> => (await findProgram("dnsmasq", rootEnv())) !== undefined;

/** Says that dnsmasq is missing, and types the command that installs it into a terminal if the user agrees. */
async function offerDnsmasq(): Promise<void> {
  const found = await Promise.all(installLines.map(([name]) => findProgram(name, rootEnv())));
  const [, install] = installLines.find((_, index) => found[index] !== undefined) ?? [];
  const message = t("The network needs dnsmasq, which gives addresses to unikernels and is not installed.");
  if (install === undefined) {
    void showErrorMessage(`${message} ${t("Install it with the package manager of your system.")}`);
    return;
  }
  const button = t("Install dnsmasq");
  if ((await showErrorMessage(message, button)) !== button) return;
  const isRoot = process.getuid?.() === 0;
  const [elevator = "sudo"] = isRoot ? [] : await findElevators();
  await typeIntoTerminal(button, isRoot ? install : `${elevator} ${install}`, homedir());
}

function tapOf(on: unknown): string | undefined {
  if (typeof on !== "object" || on === null || !("tap" in on)) return undefined;
  return typeof on.tap === "string" ? on.tap : undefined;
}
