import * as vscode from "vscode";
import { showErrorMessage } from "../../platform/vscode/messages.ts";
import { checkSetup, problems } from "../../platform/errors.ts";
import { performAction, showProblem } from "../../platform/vscode/showProblem.ts";
import { typeIntoTerminal } from "../../toolchain/vscode/setupTerminal.ts";
import { editorRange } from "../../platform/vscode/editorRange.ts";
import { imageSizeText } from "../../project/describeState.ts";
import { labelOf, type ImageState } from "../../project/model.ts";
import type { FailureAction } from "../output/failures/failure.ts";
import type { FailureNotices } from "../failureNotices.ts";
import type { Job, JobResult } from "../model.ts";
import { commandOfGoal, goalTitles } from "../goals.ts";
import { progressText } from "../progressText.ts";
import { t } from "../../protocol/l10n.ts";
import { spanText } from "../../protocol/spanText.ts";

/** Jobs that end sooner show no notification. */
const noticeAfterMs = 500;
/** How long the status bar shows that a job is done. */
const doneMs = 10_000;

/**
 * Shows a job's progress in a cancellable notification until it ends or its unikernel runs. The notification is
 * hidden while the user is asked a question, because its Cancel button would appear next to the question's.
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
  const update = () => {
    if (job.prompting || job.step === "run") hide();
    else if (notice) notice.report();
    else timer ??= setTimeout(open, noticeAfterMs);
  };
  const subscription = onChange(update);
  update();
  void job.result.finally(() => {
    subscription.dispose();
    hide();
  });
}

interface Notice {
  readonly report: () => void;
  readonly close: () => void;
}

function openNotice(job: Job): Notice {
  const { unikernel, goal } = job.request;
  const title = `${labelOf(unikernel)}: ${goalTitles[goal]}`;
  const closed = Promise.withResolvers<void>();
  let percent = 0;
  let report: ((value: { message: string; increment: number }) => void) | undefined;
  void vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (progress, token) => {
      token.onCancellationRequested(job.cancel);
      report = (value) => progress.report(value);
      return closed.promise;
    },
  );
  return {
    report: () => {
      const { done, total } = job.progress ?? {};
      const now = done !== undefined && total ? Math.floor((100 * done) / total) : percent;
      report?.({
        message: progressText(job),
        // dune's total grows while it builds, and VS Code's progress bar cannot move back.
        increment: Math.max(0, now - percent),
      });
      percent = Math.max(percent, now);
    },
    close: closed.resolve,
  };
}

/**
 * Shows an error message for a job that failed, with buttons for the fix, the first error and the output. `firstError` returns
 * a function that opens the first error that is there now.
 */
export async function showOutcome(
  job: Job,
  result: JobResult,
  notices: FailureNotices,
  actions: {
    firstError: () => (() => Promise<void>) | undefined;
    showOutput: () => void;
    image: () => ImageState | undefined;
  },
): Promise<void> {
  if (result.kind === "done") showDone(job, job.request.goal === "build" ? actions.image() : undefined);
  const { id } = job.request.unikernel;
  if (result.kind !== "failed") {
    if (result.kind !== "cancelled") notices.succeeded(id);
    return;
  }
  const { hint, problem } = result;
  const fixes = hint ? [hint.action, hint.alternative ?? hint.action] : [];
  const buttons: Button[] = [...new Set(fixes)].flatMap((action) => fixButton(action, job) ?? []);
  for (const action of problem.actions)
    buttons.push({ title: action.title, run: () => performAction(action) });
  // The error may be fixed when the user clicks the button; the output still shows it.
  const showError = () => (actions.firstError() ?? actions.showOutput)();
  if (actions.firstError()) buttons.push({ title: t("Show Error"), run: showError });
  buttons.push({ title: t("Show Output"), run: actions.showOutput });
  const message = `${labelOf(job.request.unikernel)}: ${hint ? hint.message : problem.message}`;
  await notices.failed(id, message, async () => {
    const chosen = await showErrorMessage(message, ...buttons.map(({ title }) => title));
    // Not awaited: the message is closed, and the action may be a job that shows another one.
    void perform(buttons.find(({ title }) => title === chosen));
  });
}

async function perform(button: Button | undefined): Promise<void> {
  try {
    await button?.run();
  } catch (error) {
    await showProblem(problems.unexpected(error));
  }
}

/** Shows for a moment how long a job took, and the size of the image that it built, in the status bar: a notification would have to be closed. */
function showDone({ request, startedAt }: Job, image: ImageState | undefined): void {
  if (startedAt === undefined) return;
  const { unikernel, goal } = request;
  const span = spanText(Date.now() - startedAt);
  const text = t("{0}: {1}, done in {2}", labelOf(unikernel), goalTitles[goal], span);
  const size = image ? ` (${imageSizeText(image)})` : "";
  vscode.window.setStatusBarMessage(`$(check) ${text}${size}`, doneMs);
}

interface Button {
  readonly title: string;
  readonly run: () => PromiseLike<void> | void | undefined;
}

function fixButton(action: FailureAction, job: Job): Button | undefined {
  const { unikernel } = job.request;
  switch (action.kind) {
    case "step":
      return {
        title: goalTitles[action.step],
        run: () => vscode.commands.executeCommand(commandOfGoal[action.step], unikernel.id),
      };
    case "command":
      return {
        title: action.title,
        run: async () => {
          // Typed into a terminal but not run: the user reads it and presses Enter.
          await typeIntoTerminal(action.title, action.commandLine, unikernel.root);
        },
      };
    case "extension":
      return {
        title: action.title,
        run: () => vscode.commands.executeCommand(action.command, unikernel.id),
      };
    case "open":
      return {
        title: action.title,
        run: async () => {
          await vscode.window.showTextDocument(vscode.Uri.file(action.file), {
            selection: editorRange(action.range),
          });
          if (action.menu) await vscode.commands.executeCommand("editor.action.refactor");
        },
      };
    case "checkSetup":
      return { title: checkSetup.title, run: () => performAction(checkSetup) };
    case "removeBuild":
      return { title: t("Remove _build"), run: () => removeBuild(unikernel.root) };
    case "none":
      return undefined;
  }
}

async function removeBuild(root: string): Promise<void> {
  const folder = vscode.Uri.joinPath(vscode.Uri.file(root), "_build");
  await vscode.workspace.fs.delete(folder, { recursive: true, useTrash: false });
}
