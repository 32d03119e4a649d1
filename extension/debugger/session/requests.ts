import type { DebugProtocol } from "@vscode/debugprotocol";
import { basename } from "node:path";
import { t } from "../../protocol/l10n.ts";
import { miNumber, miString, miTuples } from "../gdb/miRecords.ts";
import type { DebugRun } from "./debugTypes.ts";
import type { StepTarget } from "./steps.ts";
import { earlierRaise } from "../breakpoints/earlierRaise.ts";
import { exceptionInfo } from "../breakpoints/exceptions.ts";
import { completionsOf, gdbCompletions } from "../inspect/completions.ts";
import { disassemble, readMemory } from "../inspect/memoryRequests.ts";
import { stepTargets } from "../inspect/stepTargets.ts";
import { dapFrame, readFrames, shownFrames, subtleFrames, type SourceFrame } from "../inspect/stack.ts";
import { createVariables } from "../inspect/variables.ts";
import { detailedText } from "../values/render/exceptionText.ts";

/** Answers the requests of VS Code about a unikernel that runs under gdb. */
export interface DebugRequests {
  /** Returns the body of the response. Rejects with an Error whose message is for the user. */
  readonly answer: (command: string, args: unknown) => Promise<object | undefined>;
}

/** Frames that are read at once if VS Code names no number. */
const defaultFrames = 100;
/** Commands that let the program run or stop it, which do not wait for those that read it. */
const immediate = new Set(["pause"]);

export function createRequests(
  run: DebugRun,
  threadName: string,
  event: (event: string, body: object) => void,
): DebugRequests {
  const { gdb, image, sources, values, justMyCode } = run.parts;
  const variables = createVariables(gdb, values);
  let frames: SourceFrame[] = [];
  let frameIds = new Map<string, number>();
  let targets: readonly StepTarget[] = [];
  let queue: Promise<unknown> = Promise.resolve();
  let shownStop: unknown;

  /** Forgets what was shown when the program has run since. */
  const refresh = () => {
    const current = run.stopped()?.stop;
    if (current === shownStop && current !== undefined) return;
    shownStop = current;
    frames = [];
    frameIds = new Map();
    targets = [];
    variables.reset();
  };
  const idOf = (frame: SourceFrame, index: number) => {
    const key = `${frame.thread} ${frame.level} ${index}`;
    const known = frameIds.get(key);
    if (known !== undefined) return known;
    const id = frames.push(frame);
    frameIds.set(key, id);
    return id;
  };
  const frameOf = async (id: number | undefined): Promise<SourceFrame> => {
    const known = id === undefined ? undefined : frames[id - 1];
    if (known) return known;
    const stopped = run.stopped();
    if (!stopped) throw new Error(t("The unikernel is running. Pause it first."));
    const [top] = await readFrames(run.parts, stopped.stop.thread, 0, 0);
    if (!top) throw new Error(t("gdb does not know where the program is."));
    return top;
  };
  const isStopped = () => {
    if (!run.stopped()) throw new Error(t("The unikernel is running. Pause it first."));
  };

  const stackTrace = async ({ threadId, startFrame = 0, levels = 0 }: DebugProtocol.StackTraceArguments) => {
    isStopped();
    const count = levels > 0 ? levels : defaultFrames;
    // Inlined functions are frames too, so the machine's frames are at most as many.
    const last = Math.max(startFrame + count, shownFrames);
    const read = await readFrames(run.parts, threadId, 0, last);
    const all = withoutRaise(read);
    const shown = all.slice(startFrame, startFrame + count);
    const paths = new Set(shown.map(({ isUser, path }) => (isUser ? path : undefined)));
    const copies = new Map(
      await Promise.all(
        [...paths].map(async (path) => [path, path && (await sources.builtCopy(path))] as const),
      ),
    );
    const isSubtle = subtleFrames(all, justMyCode);
    const stackFrames = shown.map((frame, index) =>
      dapFrame(
        frame,
        idOf(frame, startFrame + index),
        isSubtle(frame),
        frame.isUser ? copies.get(frame.path) : undefined,
      ),
    );
    const isAll = read.at(-1)?.level !== last;
    return { stackFrames, totalFrames: isAll ? all.length : startFrame + count + defaultFrames };
  };
  /** At a stop for an exception, the stack starts with the function that raises it. */
  const withoutRaise = (read: readonly SourceFrame[]) => {
    if (!run.stopped()?.exception) return read;
    const first = read.findIndex(({ path }) => path !== undefined);
    return first < 0 ? read : read.slice(first);
  };
  const threads = async () => {
    const stopped = await gdb.query("-thread-info").catch(() => undefined);
    const found = miTuples(stopped, "threads").map((thread, index) => {
      const id = miNumber(thread, "id") ?? 1;
      return { id, name: index === 0 ? threadName : (miString(thread, "name") ?? `${id}`) };
    });
    return {
      threads: found.length > 0 ? found.toSorted((a, b) => a.id - b.id) : [{ id: 1, name: threadName }],
    };
  };
  const evaluate = async ({ expression, frameId, context }: DebugProtocol.EvaluateArguments) => {
    const command = /^\s*-exec\s+(.*)$/s.exec(expression)?.[1];
    if (command !== undefined && context === "repl") {
      return { result: (await gdb.console(command)).trimEnd(), variablesReference: 0 };
    }
    isStopped();
    const frame = await frameOf(frameId);
    const value = await values.evaluate(expression, frame);
    if (value.kind === "failed") throw new Error(value.reason);
    return variables.answer(value.rendered, frame, expression);
  };
  const completions = async ({ text, column, frameId }: DebugProtocol.CompletionsArguments) => {
    const typed = text.slice(0, column - 1);
    const { names, length } = /^\s*-exec\s/.test(typed)
      ? await gdbCompletions(gdb, typed)
      : await completionsOf(values, run.stopped() ? await frameOf(frameId) : undefined, typed);
    return { targets: names.map((label) => ({ label, start: column - 1 - length, length })) };
  };

  const answer = async (command: string, args: unknown): Promise<object | undefined> => {
    refresh();
    switch (command) {
      case "threads":
        return threads();
      case "stackTrace":
        return stackTrace(args as DebugProtocol.StackTraceArguments);
      case "scopes": {
        const frame = await frameOf((args as DebugProtocol.ScopesArguments).frameId);
        return { scopes: await variables.scopes(frame, run.stopped()?.exception) };
      }
      case "variables": {
        const { variablesReference, start = 0, count = 0 } = args as DebugProtocol.VariablesArguments;
        return { variables: await variables.children(variablesReference, start, count) };
      }
      case "setVariable": {
        const { variablesReference, name, value } = args as DebugProtocol.SetVariableArguments;
        const changed = await variables.set(variablesReference, name, value);
        // VS Code itself updates only the changed variable, not the values that contain it.
        event("invalidated", { areas: ["variables"] });
        return changed;
      }
      case "evaluate":
        return evaluate(args as DebugProtocol.EvaluateArguments);
      case "completions":
        return completions(args as DebugProtocol.CompletionsArguments);
      case "exceptionInfo": {
        const { exception, stop } = run.stopped() ?? {};
        if (exception) {
          const { text, word } = exception;
          return exceptionInfo(
            exception,
            text && (word === undefined ? text.text : await detailedText(values.context(), word, text)),
            word === undefined ? undefined : await earlierRaise(run.parts, { ...exception, word }),
          );
        }
        if (stop?.signal === undefined) throw new Error(t("The program did not stop at an exception."));
        return { exceptionId: stop.signal, description: stop.signalMeaning ?? "", breakMode: "unhandled" };
      }
      case "modules":
        return { modules: [{ id: 1, name: basename(image), path: image }], totalModules: 1 };
      case "loadedSources":
        return { sources: sources.all().map(({ path }) => ({ name: basename(path), path })) };
      case "readMemory":
        return readMemory(run.parts, args as DebugProtocol.ReadMemoryArguments);
      case "disassemble":
        return disassemble(run.parts, args as DebugProtocol.DisassembleArguments);
      case "continue":
        isStopped();
        run.proceed();
        return { allThreadsContinued: true };
      case "next":
      case "stepIn":
      case "stepOut": {
        isStopped();
        const { threadId, granularity, targetId } = args as DebugProtocol.StepInArguments;
        run.step(command, threadId, granularity === "instruction", targets[(targetId ?? 0) - 1]);
        return undefined;
      }
      case "stepInTargets": {
        targets = await stepTargets(
          run.parts,
          await frameOf((args as DebugProtocol.StepInTargetsArguments).frameId),
        );
        return { targets: targets.map(({ shown }, index) => ({ id: index + 1, ...shown })) };
      }
      case "pause":
        await run.pause();
        return undefined;
      default:
        throw new Error(t('The debugger does not support "{0}".', command));
    }
  };
  return {
    answer: (command, args) => {
      if (immediate.has(command)) return answer(command, args);
      const result = queue.then(() => answer(command, args));
      queue = result.catch(() => undefined);
      return result;
    },
  };
}
