import { targetNotReadyCode } from "../platform/errors.ts";
import type { JobResult } from "./model.ts";

/** Messages about failed jobs, of which at most one is open for each unikernel. VS Code's API cannot close a message. */
export interface FailureNotices {
  /**
   * Shows a message, with a function that resolves when the user has closed it. While another one is open, it waits until
   * that is closed, and replaces the one that waits already. A message that is open with the same text is shown again: VS Code
   * closes the older of two equal ones.
   */
  readonly failed: (unikernel: string, text: string, show: () => Promise<void>) => Promise<void>;
  /** Drops the message that waits: its reason is gone. */
  readonly succeeded: (unikernel: string) => void;
}

interface Notice {
  readonly text: string;
  readonly show: () => Promise<void>;
}

export function createFailureNotices(): FailureNotices {
  const open = new Map<string, Notice>();
  const waiting = new Map<string, Notice>();

  const present = async (unikernel: string, notice: Notice): Promise<void> => {
    open.set(unikernel, notice);
    try {
      await notice.show();
    } finally {
      // Otherwise an equal one has replaced it.
      if (open.get(unikernel) === notice) {
        open.delete(unikernel);
        const next = waiting.get(unikernel);
        waiting.delete(unikernel);
        if (next) await present(unikernel, next);
      }
    }
  };

  return {
    failed: async (unikernel, text, show) => {
      const shown = open.get(unikernel);
      if (shown && shown.text !== text) {
        waiting.set(unikernel, { text, show });
        return;
      }
      waiting.delete(unikernel);
      await present(unikernel, { text, show });
    },
    succeeded: (unikernel) => void waiting.delete(unikernel),
  };
}

/** Whether a job failed because this computer can't build for the target, which says nothing about the unikernel. */
export const isRefusal = (result: JobResult): boolean =>
  result.kind === "failed" && result.problem.code === targetNotReadyCode;
