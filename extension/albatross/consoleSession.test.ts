import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { ConsoleStart, HostClient } from "./client/hostClient.ts";
import { HostError } from "./client/hostError.ts";
import { followConsole } from "./consoleSession.ts";
import { LogStore } from "../logs/store/logStore.ts";
import { decodeReply } from "./wire/message.ts";
import { recordedBytes } from "./wire/testRecordings.ts";
import { createFrameReader } from "./wire/frames.ts";
import type { ConsoleLine, UnikernelInfo } from "./wire/replies.ts";

/** The lines of a recorded console. */
function recordedLines(file: string): readonly ConsoleLine[] {
  return createFrameReader(1e6)
    .push(recordedBytes(file))
    .map(decodeReply)
    .flatMap((reply) => (reply.kind === "data" && reply.value.kind === "console" ? [reply.value.value] : []));
}

const hello = recordedLines("wire/022-console-ended.reply");
const line = (at: number, text: string): ConsoleLine => ({ at, line: Buffer.from(text) });
const banner = "            |      ___|";

type Connection = (from: ConsoleStart, signal: AbortSignal) => AsyncGenerator<readonly ConsoleLine[]>;

/** Follows a console whose connections are these, and returns the sessions when the last one has ended. */
async function follow(
  connections: readonly Connection[],
  unikernel: () => UnikernelInfo | undefined | Promise<never> = () => undefined,
  isAccepted: (connection: number) => boolean = () => true,
) {
  let now = 0;
  const store = new LogStore({ now: () => now++ });
  const abort = new AbortController();
  const froms: ConsoleStart[] = [];
  const client: Pick<HostClient, "console" | "unikernel"> = {
    unikernel: async () => unikernel(),
    console: async function* (_, from, signal) {
      const connection = connections[froms.length];
      froms.push(from);
      if (!connection) {
        abort.abort();
        return;
      }
      if (isAccepted(froms.length)) yield [];
      yield* connection(from, signal);
    },
  };
  await followConsole({
    client,
    name: { path: ["dev"], label: "hello" },
    run: () => ({ name: "dev:hello", unikernel: "albatross:x", target: "spt" }),
    begin: (run) => Promise.resolve(store.begin(run)),
    signal: abort.signal,
    pollMs: 5,
    retryMs: 1,
  });
  const sessions = store.sessions().toReversed();
  const text = (index: number) => {
    const session = sessions[index];
    return session ? store.records(session.id, 0, 1000).map(({ message }) => message) : [];
  };
  return { froms, sessions, text };
}

describe("A console of a host in the log panel", () => {
  it("is a session with the levels and sources of its lines, at the times of the host", async () => {
    const { sessions, text, froms } = await follow([
      async function* () {
        yield hello;
      },
    ]);
    assert.equal(sessions.length, 1);
    assert.deepEqual(froms[0], { kind: "count", value: 1024 });
    assert.ok(text(0).some((each) => each.includes("solo5_exit(0) called")));
  });

  it("begins a session at each boot, and says how the one before ended", async () => {
    const { sessions, text } = await follow([
      async function* () {
        yield [line(1, banner), line(2, "first"), line(3, "Solo5: solo5_exit(3) called")];
        yield [line(4, banner), line(5, "second")];
      },
    ]);
    assert.deepEqual(
      sessions.map(({ outcome }) => outcome?.kind),
      ["failed", "stopped"],
    );
    assert.match(sessions[0]?.outcome?.text ?? "", /3/);
    assert.ok(text(1).includes("second") && !text(1).includes("first"));
  });

  it("shows only the last runs of a history with many", async () => {
    const runs = Array.from({ length: 30 }, (_, run) => [line(run, banner), line(run, `run ${run}`)]).flat();
    const { sessions, text } = await follow([
      async function* () {
        yield runs;
      },
    ]);
    assert.equal(sessions.length, 2);
    assert.ok(text(1).includes("run 29"));
  });

  it("goes on after a lost connection, with a mark and without repeated lines", async () => {
    const { text, froms, sessions } = await follow([
      async function* () {
        yield [line(1000, "a"), line(2000, "b"), line(2000, "c")];
        throw new HostError({ kind: "truncated" });
      },
      async function* () {
        yield [line(2000, "b"), line(2000, "c"), line(2000, "d"), line(3000, "e")];
      },
    ]);
    assert.deepEqual(froms[1], { kind: "since", value: 2000 });
    assert.equal(sessions.length, 1);
    const all = text(0).join("\n");
    assert.deepEqual(all.match(/^[a-e]$/gm), ["a", "b", "c", "d", "e"]);
    assert.match(all, /Lines may be missing above/);
  });

  it("keeps the lines of a host whose clock was set back while the connection was lost", async () => {
    const { text } = await follow([
      async function* () {
        yield [line(1000, "a"), line(9000, "b")];
        throw new HostError({ kind: "truncated" });
      },
      async function* () {
        // The daemon was started again as well, and has lost the last line.
        yield [line(1000, "a")];
        yield [line(4000, "c")];
        yield [line(5000, "d"), line(9000, "e")];
      },
    ]);
    assert.deepEqual(
      text(0)
        .join("\n")
        .match(/^[a-e]$/gm),
      ["a", "b", "c", "d", "e"],
    );
  });

  it("connects again when neither the host nor the console answers: the network may be gone", async () => {
    let isGone = false;
    const { text, froms } = await follow(
      [
        async function* (_, signal) {
          yield [line(1000, "a")];
          isGone = true;
          // A connection over a network that is gone ends only when it is aborted.
          await new Promise((_resolve, reject) =>
            signal.addEventListener("abort", () => reject(signal.reason)),
          );
        },
        async function* () {
          isGone = false;
          yield [line(1000, "a"), line(2000, "b")];
        },
      ],
      () => (isGone ? Promise.reject(new HostError({ kind: "timeout", seconds: 10 })) : undefined),
    );
    assert.equal(froms.length, 3);
    const all = text(0).join("\n");
    assert.match(all, /^a\nalbatross: No answer in 10 seconds\..*\nalbatross: Connected again\..*\nb$/m);
  });

  it("says once why it can't connect again", async () => {
    const gone: Connection = async function* () {
      yield* [];
      throw new HostError({ kind: "gone", reason: "ECONNREFUSED" });
    };
    const { text } = await follow(
      [
        async function* () {
          yield [line(1000, "a")];
          throw new HostError({ kind: "truncated" });
        },
        gone,
        gone,
        gone,
      ],
      undefined,
      (connection) => connection === 1,
    );
    assert.equal(text(0).filter((each) => each.includes("connection refused")).length, 1);
  });

  it("ends its session when the unikernel is gone, and begins another when it is started again", async () => {
    const { sessions } = await follow([
      async function* () {
        yield [line(1, banner), line(2, "Solo5: solo5_exit(0) called")];
        await delay(100);
        yield [line(3, "started again")];
      },
    ]);
    assert.equal(sessions.length, 2);
    assert.equal(sessions[0]?.outcome?.kind, "ok");
  });

  it("begins with the boot of a unikernel that runs", async () => {
    const reply = decodeReply(recordedBytes("wire/024-info-one.reply").subarray(4));
    assert.ok(reply.kind === "success" && reply.value.kind === "unikernels");
    const info = reply.value.value[0]?.info;
    const { froms } = await follow([], () => info);
    assert.deepEqual(froms[0], { kind: "since", value: (info?.started ?? 0) - 1000 });
  });

  it("fails if the host refuses the console", async () => {
    const refused: Connection = async function* () {
      yield* [];
      throw new HostError({ kind: "refused", text: "path used instead of name" });
    };
    const client = {
      unikernel: () => Promise.resolve(undefined),
      console: (_: unknown, from: ConsoleStart, signal: AbortSignal) => refused(from, signal),
    };
    await assert.rejects(
      followConsole({
        client,
        name: { path: [], label: "x" },
        run: () => ({ name: "x", unikernel: "x", target: "spt" }),
        begin: () => assert.fail("no session"),
        signal: new AbortController().signal,
      }),
      /path used/,
    );
  });
});
