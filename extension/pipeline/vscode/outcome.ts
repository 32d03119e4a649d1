import * as vscode from "vscode";
import { checkSetup } from "../../platform/errors.ts";
import { perform } from "../../platform/vscode/tell.ts";
import { typeIntoTerminal } from "../../toolchain/vscode/setupTerminal.ts";
import type { FailureHint } from "../failure.ts";
import type { Job, JobResult } from "../model.ts";
import { commandOfGoal, goalTitles } from "../goals.ts";
import { t } from "../../platform/l10n.ts";

/** Quick jobs show nothing: the notification comes only when there is something to wait for. */
const noticeAfterMs = 500;

/**
 * Shows a job's progress in a cancellable notification until it ends or its unikernel runs. While the
 * user is asked something there is none: it would stand beside the question with a Cancel of its own.
 */
export function showProgress(job: Job, onChange: (listener: () => void) => { dispose: () => void }): void {
  let timer: NodeJS.Timeout | undefined;
  let notice: Notice | undefined;
  const hide = () => {
    clearTimeout(timer);
    timer = undefined;
    notice?.close();
    notice = undefined;
  };
  const open = () => {
    notice = openNotice(job);
    notice.report();
  };
  const look = () => {
    if (job.asking || job.step === "run") hide();
    else if (notice) notice.report();
    else timer ??= setTimeout(open, noticeAfterMs);
  };
  const following = onChange(look);
  look();
  void job.result.finally(() => {
    following.dispose();
    hide();
  });
}

interface Notice {
  readonly report: () => void;
  readonly close: () => void;
}

function openNotice(job: Job): Notice {
  const { unikernel, goal } = job.request;
  const title = `${unikernel.name}: ${goalTitles[goal]}`;
  const closed = Promise.withResolvers<void>();
  let percent = 0;
  let report: ((shown: { message: string; increment: number }) => void) | undefined;
  void vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (progress, token) => {
      token.onCancellationRequested(job.cancel);
      report = (shown) => progress.report(shown);
      return closed.promise;
    },
  );
  return {
    report: () => {
      const { done, total, text } = job.progress ?? {};
      const now = done !== undefined && total ? Math.floor((100 * done) / total) : percent;
      const counts = done === undefined ? "" : total ? ` (${done}/${total})` : ` (${done})`;
      report?.({
        message: `${text ?? job.step ?? t("waiting for the job before it")}${counts}`,
        // Dune's total grows as it goes; a bar that moved back would not be drawn.
        increment: Math.max(0, now - percent),
      });
      percent = Math.max(percent, now);
    },
    close: closed.resolve,
  };
}

/** Tells of a job that failed, with the mend, the first error and the output as buttons. */
export async function showOutcome(
  job: Job,
  result: JobResult,
  offer: { firstError: (() => Promise<void>) | undefined; showOutput: () => void },
): Promise<void> {
  if (result.kind !== "failed") return;
  const { hint, problem } = result;
  const mend = hint && mendOf(hint, job);
  const buttons: { title: string; act: () => PromiseLike<void> | void }[] = [];
  if (mend) buttons.push(mend);
  for (const action of problem.actions) buttons.push({ title: action.title, act: () => perform(action) });
  if (offer.firstError) buttons.push({ title: t("Show Error"), act: offer.firstError });
  buttons.push({ title: t("Show Output"), act: offer.showOutput });
  const message = `${job.request.unikernel.name}: ${hint ? hint.message : problem.message}`;
  const chosen = await vscode.window.showErrorMessage(message, ...buttons.map(({ title }) => title));
  await buttons.find(({ title }) => title === chosen)?.act();
}

function mendOf(
  { action }: FailureHint,
  job: Job,
): { title: string; act: () => PromiseLike<void> | void } | undefined {
  const { unikernel } = job.request;
  switch (action.kind) {
    case "step":
      return {
        title: goalTitles[action.step],
        act: () => vscode.commands.executeCommand(commandOfGoal[action.step], unikernel.id),
      };
    case "command":
      return {
        title: action.title,
        act: async () => {
          // Typed into a terminal but not sent: the user reads it and presses Enter.
          await typeIntoTerminal(action.title, action.commandLine, unikernel.root);
        },
      };
    case "checkSetup":
      return { title: checkSetup.title, act: () => perform(checkSetup) };
    case "removeBuild":
      return { title: t("Remove _build"), act: () => removeBuild(unikernel.root) };
    case "none":
      return undefined;
  }
}

async function removeBuild(root: string): Promise<void> {
  const folder = vscode.Uri.joinPath(vscode.Uri.file(root), "_build");
  await vscode.workspace.fs.delete(folder, { recursive: true, useTrash: false });
}
