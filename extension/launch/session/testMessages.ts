import type { DapMessage } from "./dap.ts";

/** The part of a debug adapter that tests send requests to. */
interface Adapter {
  readonly handle: (message: unknown) => void;
}

/** Records the messages of a debug adapter, and awaits what they show. */
export function recordMessages() {
  const sent: DapMessage[] = [];
  const listeners = new Set<() => void>();
  let seq = 0;
  /** Tests the awaited conditions again. */
  const notify = () => {
    for (const listener of listeners) listener();
  };
  /** Resolves with the first value that is found, now or after a later message. */
  const until = <T>(found: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const check = () => {
        const value = found();
        if (value === undefined) return;
        listeners.delete(check);
        resolve(value);
      };
      listeners.add(check);
      check();
    });
  return {
    sent,
    notify,
    until,
    onMessage: (message: DapMessage) => {
      sent.push(message);
      notify();
    },
    /** Sends a request to the adapter. Resolves with the response. */
    send: (adapter: Adapter, command: string, args?: object) => {
      const id = ++seq;
      adapter.handle({ seq: id, type: "request", command, arguments: args });
      return until(() => sent.find((message) => message.type === "response" && message.request_seq === id));
    },
  };
}
