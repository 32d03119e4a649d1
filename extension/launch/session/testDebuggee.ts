import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { run } from "../../platform/process.ts";
import { debugRequest, type DebugRequestInput } from "./debugRequest.ts";
import { DebugSession } from "./debugSession.ts";
import { exitReason } from "./exitReason.ts";
import { recordMessages } from "./testMessages.ts";
import { program } from "./testProgram.ts";

/** Whether this computer can compile OCaml and debug the result. */
export function canDebug(): boolean {
  try {
    for (const tool of ["gdb", "ocamlfind"]) execFileSync("which", [tool]);
    return process.platform === "linux" && process.arch === "x64";
  } catch {
    return false;
  }
}

export interface Compiled {
  readonly folder: string;
  readonly image: string;
  readonly source: string;
  /** The line, from 1, that contains a text. */
  readonly lineOf: (text: string) => number;
  readonly remove: () => Promise<void>;
}

/** Compiles one file of OCaml in a new folder, with the options `-g` and those given. */
export async function compile(text: string, options: readonly string[] = ["-g"]): Promise<Compiled> {
  const parent = await mkdtemp(join(tmpdir(), "debuggee-"));
  // A path that a shell or gdb could misread.
  const folder = join(parent, "a é 'b'");
  await mkdir(folder);
  const source = join(folder, "unikernel.ml");
  await writeFile(source, text);
  const image = join(folder, "unikernel.exe");
  await promisify(execFile)(
    "ocamlfind",
    ["ocamlopt", "-package", "unix", "-linkpkg", ...options, "unikernel.ml", "-o", image],
    { cwd: folder },
  );
  return {
    folder,
    image,
    source,
    lineOf: (part) => {
      const index = text.split("\n").findIndex((line) => line.includes(part));
      assert.ok(index >= 0, part);
      return index + 1;
    },
    remove: () => rm(parent, { recursive: true, force: true }),
  };
}

type Stopped = DebugProtocol.StoppedEvent["body"];

/** A debug session of a compiled program, driven by requests of the Debug Adapter Protocol. */
export function debugged(
  { folder, image }: Pick<Compiled, "folder" | "image">,
  some: Partial<DebugRequestInput> & {
    readonly args?: readonly string[];
    readonly env?: Record<string, string>;
  } = {},
  configuration: Partial<DebugRequestInput["configuration"]> & { readonly debug?: boolean } = {},
) {
  const { sent, until, send, onMessage } = recordMessages();
  const problems: string[] = [];
  const guest = { stdout: "", stderr: "" };
  const write = (stream: "stdout" | "stderr") => (bytes: Uint8Array) => {
    guest[stream] += Buffer.from(bytes).toString();
  };
  const spec = {
    file: image,
    args: some.args ?? [],
    cwd: folder,
    env: some.env ?? (process.env as Record<string, string>),
  };
  const session = new DebugSession(
    {
      run,
      showProblem: ({ code }) => problems.push(code),
      offerRestart: () => problems.push("restart"),
      prepare: async () => ({
        name: "program",
        unikernel: folder,
        target: "unix",
        spec,
        note: undefined,
        onOutput: () => undefined,
        explain: (result) => exitReason("unix", result),
        crash: () => undefined,
        writers: [{ stdout: write("stdout"), stderr: write("stderr"), end: () => undefined }],
        stopOnExit: true,
        debugging: {
          unavailable: undefined,
          isRequired: configuration.debug === true || configuration.stopOnEntry === true,
          concerns: () => true,
          request: async () =>
            debugRequest({
              target: "unix",
              spec,
              image,
              gdb: "gdb",
              ocaml: "ocaml",
              debugTender: undefined,
              root: folder,
              workspaceFolders: [],
              run,
              ...some,
              configuration: { stopOnEntry: false, justMyCode: true, gdbSetup: [], ...configuration },
            }),
        },
      }),
    },
    onMessage,
  );
  const tryRequest = async (command: string, args?: object) => {
    const response = await send(session, command, args);
    assert.ok(response.type === "response");
    return response;
  };
  const request = async <Body = Record<string, unknown>>(command: string, args?: object): Promise<Body> => {
    const response = await tryRequest(command, args);
    assert.ok(response.success, `${command}: ${response.message}`);
    return (response.body ?? {}) as Body;
  };
  const events = (name: string) =>
    sent.filter((message) => message.type === "event" && message.event === name).map(({ body }) => body);
  let stops = 0;
  /** Resolves with the next stop; fails if the program ends instead. */
  const stopped = async (): Promise<Stopped> => {
    stops += 1;
    const stop = await until(
      () => events("stopped")[stops - 1] ?? (events("terminated").length > 0 ? "ended" : undefined),
    );
    assert.notEqual(stop, "ended", `the program ended: ${output()}`);
    return stop as Stopped;
  };
  const output = () =>
    events("output")
      .map((body) => (body as { output: string }).output)
      .join("");
  const frames = async (threadId = 1, levels = 20) =>
    (await request<DebugProtocol.StackTraceResponse["body"]>("stackTrace", { threadId, levels })).stackFrames;
  const scopes = async (frameId: number | undefined) =>
    (await request<DebugProtocol.ScopesResponse["body"]>("scopes", { frameId })).scopes;
  const scopeReference = async (frameId: number | undefined, name: string) => {
    const found = (await scopes(frameId)).find((scope) => scope.name === name);
    assert.ok(found, name);
    return found.variablesReference;
  };
  const children = async (variablesReference: number) =>
    (await request<DebugProtocol.VariablesResponse["body"]>("variables", { variablesReference })).variables;
  return {
    session,
    scopeReference,
    /** The variables of a scope of a frame. */
    scope: async (frameId: number | undefined, name: string) => children(await scopeReference(frameId, name)),
    /** The parts of a value. */
    children: (variable: DebugProtocol.Variable | undefined) => children(variable?.variablesReference ?? 0),
    problems,
    guest,
    events,
    output,
    request,
    tryRequest,
    stopped,
    frames,
    /** The line where the program is. */
    line: async () => (await frames(1, 1))[0]?.line,
    setBreakpoints: async (path: string, breakpoints: readonly DebugProtocol.SourceBreakpoint[]) =>
      (
        await request<DebugProtocol.SetBreakpointsResponse["body"]>("setBreakpoints", {
          source: { path },
          breakpoints,
        })
      ).breakpoints,
    /** Launches the program after `configure` has set breakpoints. The response is not awaited. */
    launch: async (configure: () => Promise<unknown> = async () => undefined) => {
      await request("initialize");
      const launched = tryRequest("launch", {});
      await until(
        () =>
          (events("initialized")[0] as object | undefined) ??
          (events("initialized").length > 0 ? {} : undefined),
      );
      await configure();
      await request("configurationDone");
      return launched;
    },
    /** Runs a step or continues, and resolves with its next stop. */
    go: async (command: string, args: object = {}): Promise<Stopped> => {
      await request(command, { threadId: 1, ...args });
      return stopped();
    },
    ended: () => until(() => (events("terminated").length > 0 ? true : undefined)),
    until,
  };
}

export type Debugged = ReturnType<typeof debugged>;

/**
 * Compiles the test program before the tests of a suite, which are skipped without gdb and OCaml, and ends the
 * sessions of each test.
 */
export function debuggedProgram() {
  let compiled: Compiled | undefined;
  const open = new Set<Debugged>();
  before(async function () {
    if (!canDebug()) return this.skip();
    compiled = await compile(program);
  });
  after(() => compiled?.remove());
  afterEach(() => {
    for (const { session } of open) session.dispose();
    open.clear();
  });
  const get = (): Compiled => {
    assert.ok(compiled);
    return compiled;
  };
  return {
    compiled: get,
    line: (text: string) => get().lineOf(text),
    debug: (...request: Parameters<typeof debugged>): Debugged => {
      const session = debugged(...request);
      open.add(session);
      return session;
    },
  };
}
