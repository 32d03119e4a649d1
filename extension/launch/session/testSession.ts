import type { Outcome } from "../../logs/model.ts";
import { debugProblems } from "../../platform/debugErrors.ts";
import { ProblemError } from "../../platform/errors.ts";
import type { ProcessHooks, ProcessResult, Run } from "../../platform/process.ts";
import { exitReason } from "./exitReason.ts";
import { DebugSession } from "./debugSession.ts";
import type { PreparedLaunch, RefusedLaunch } from "./preparedLaunch.ts";
import { recordMessages } from "./testMessages.ts";

/** A session whose program's output and end come from the test. */
export function harness(some: Partial<PreparedLaunch> = {}, answers: (RefusedLaunch | undefined)[] = []) {
  const { sent, until, notify, onMessage, send: sendTo } = recordMessages();
  const programs: { hooks: ProcessHooks; end: (result: ProcessResult) => void }[] = [];
  const logs: { text: string; outcome?: Outcome; started?: readonly [number, boolean] }[] = [];
  const configurations: unknown[] = [];
  const shown: string[] = [];
  const run: Run = (_, hooks = {}) =>
    new Promise((end) => {
      programs.push({ hooks, end });
      notify();
    });
  const session = new DebugSession(
    {
      run,
      prepare: async (configuration) => {
        configurations.push(configuration);
        await Promise.resolve();
        const log: (typeof logs)[number] = { text: "" };
        const write = (bytes: Uint8Array) => (log.text += Buffer.from(bytes).toString());
        logs.push(log);
        return (
          answers.shift() ?? {
            name: "hello",
            unikernel: "/ws/config.ml",
            target: "hvt",
            spec: { file: "solo5-hvt", args: ["--", "hello.hvt"], cwd: "/ws", env: {} },
            note: undefined,
            onOutput: () => undefined,
            explain: (result) => ({
              ...exitReason("hvt", result),
              text: `explained ${result.kind}`,
            }),
            crash: () => undefined,
            writers: [
              {
                started: (...started) => (log.started = started),
                stdout: write,
                stderr: write,
                end: (outcome) => (log.outcome = outcome),
              },
            ],
            stopOnExit: true,
            debugging: {
              unavailable: undefined,
              isRequired: false,
              concerns: (path) => path.startsWith("/ws/"),
              request: () => Promise.reject(new ProblemError(debugProblems.gdbMissing())),
            },
            ...some,
          }
        );
      },
      showProblem: ({ code }) => shown.push(code),
      offerRestart: () => shown.push("restart"),
    },
    onMessage,
  );
  const send = (command: string, args?: object) => sendTo(session, command, args);
  /** After the event `initialized`, VS Code sends its breakpoints and then `configurationDone`. */
  const request = (command: string, args?: object) => {
    const response = send(command, args);
    if (command === "launch") void send("configurationDone");
    return response;
  };
  const events = (name: string) =>
    sent.filter((message) => message.type === "event" && message.event === name);
  const output = () => events("output").map(({ body }) => body as { category: string; output: string });
  return {
    session,
    sent,
    logs,
    configurations,
    programs,
    shown,
    send,
    request,
    output,
    events,
    event: (name: string, count = 1) => until(() => events(name)[count - 1]),
    program: (index = 0) => until(() => programs[index]),
  };
}
