import assert from "node:assert/strict";
import type { Picture, ToGraph } from "../../webviews/graph/messages.ts";
import { problems } from "../platform/errors.ts";
import { createGraphSession, type GraphProject } from "./session.ts";
import type { DescribeOptions, Described, ShadowFailure, Shadows } from "./shadowModel.ts";
import type { Configuration } from "./model.ts";
import { recordedText } from "./testGraphs.ts";

const project: GraphProject = {
  id: "/w/network/config.ml",
  name: "network",
  configFile: "/w/network/config.ml",
  root: "/w/network",
  buildDir: "/w/network",
  workspaceFolder: "/w",
  target: "xen",
  options: [],
  configured: { target: "xen", options: [] },
};

const nothing = { kind: "nothing" } as const;

const manual = recordedText("device-usage/network/configure-help-plain.stdout");

type Answers = (configuration: Configuration, options?: DescribeOptions) => Described | ShadowFailure;

const recorded = ({ target, options }: Configuration): Described => {
  const name = [target, ...options.map((option) => option.slice(2))].join("+");
  const text = recordedText(`device-usage/network/${name}/describe-dot.stdout`);
  return { kind: "described", text, dot: "", content: "one" };
};

function open(answers: Answers = recorded) {
  const posted: ToGraph[] = [];
  const asked: Configuration[] = [];
  let describe = answers;
  let text: string | Promise<string> = manual;
  let hold: ((signal: AbortSignal) => Promise<unknown>) | undefined;
  let begun = Promise.withResolvers<void>();
  const shadows: Shadows = {
    describe: async (_project, configuration, options) => {
      asked.push(configuration);
      if (hold && options?.signal) {
        begun.resolve();
        await hold(options.signal);
        return { kind: "cancelled" };
      }
      return describe(configuration, options);
    },
    built: async () => ({ kind: "cancelled" }),
    generate: async () => ({ kind: "cancelled" }),
    help: async () => ({ kind: "help", text: await text }),
    refresh: () => {},
  };
  const session = createGraphSession({
    shadows,
    project: () => project,
    targets: ["xen", "hvt"],
    mains: async () => ["Unikernel.Main"],
    committed: async () => "let () = register",
    post: (message) => void posted.push(message),
  });
  const pictures = () => posted.filter((message) => message.kind === "picture");
  return {
    session,
    posted,
    asked,
    pictures,
    last: (): Picture => {
      const picture = pictures().at(-1);
      assert.ok(picture);
      return picture;
    },
    answer: (next: Answers) => (describe = next),
    manualIs: (next: Promise<string>): void => {
      text = next;
    },
    /** From now on no question is answered before this has settled. */
    waiting: (next: typeof hold) => {
      hold = next;
      begun = Promise.withResolvers<void>();
      return { begun: begun.promise };
    },
  };
}

describe("what a graph panel shows", () => {
  it("is at first what commands use, with the controls and the configured target", async () => {
    const { session, last, posted } = open();
    await session.look(undefined, nothing);
    const { configuration, graph, targets, current, banner } = last();
    assert.deepEqual(configuration, { target: "xen", options: [], evaluate: true });
    assert.deepEqual(current, configuration);
    assert.deepEqual(targets, [
      { name: "xen", note: "configured" },
      { name: "hvt", note: "" },
    ]);
    assert.ok(graph?.nodes.some(({ title, kind }) => title === "Unikernel.Main" && kind === "application"));
    assert.deepEqual(
      last()
        .options.map(({ name }) => name)
        .toSorted(),
      ["--net", "--no-dhcp", "--utcp"],
    );
    assert.equal(banner, undefined);
    assert.deepEqual(
      posted.filter((message) => message.kind === "busy").map(({ on }) => on),
      [true, false],
    );
  });

  it("changes with the target, and keeps the keys of nodes that are in both", async () => {
    const { session, pictures } = open();
    await session.look(undefined, nothing);
    await session.look({ target: "hvt", options: [], evaluate: true }, nothing);
    const keys = pictures().map(({ graph }) => graph?.nodes.find(({ kind }) => kind === "application")?.key);
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
  });

  it("compares with another configuration, in one picture and in words", async () => {
    const { session, last } = open();
    const other = { target: "unix", options: ["--net=host"], evaluate: true };
    await session.look(
      { target: "hvt", options: [], evaluate: true },
      { kind: "configuration", configuration: other },
    );
    const { graph, words } = last();
    assert.match(words[0] ?? "", /^hvt instead of unix with sockets adds /);
    assert.ok(graph?.nodes.some(({ change }) => change === "same"));
  });

  it("compares with the committed config.ml, and says why when there is none", async () => {
    const { session, last, asked } = open();
    await session.look(undefined, { kind: "committed" });
    assert.equal(asked[0], asked[1]);
    assert.match(last().words.join(" "), /the committed config\.ml/);
  });

  it("stays under a banner that names the error, with the way to it, when config.ml breaks", async () => {
    const { session, last, answer } = open();
    await session.look(undefined, nothing);
    const before = last().graph;
    const problem = {
      file: "/w/network/config.ml",
      range: { startLine: 3, startColumn: 0, endLine: 3, endColumn: 4 },
      severity: "error",
      message: "Unbound value stack",
      source: "ocaml",
      related: [],
    } as const;
    answer(() => ({ kind: "doesNotCompile", output: "File …\nError", problems: [problem] }));
    await session.refresh();
    assert.deepEqual(last().graph, before);
    const { banner } = last();
    assert.match(
      banner?.text ?? "",
      /does not compile\. Line 4: Unbound value stack\. The picture is the one before/,
    );
    assert.deepEqual(banner?.actions, ["Show Error", "Show Output"]);
    assert.equal(session.act(0)?.kind, "show");
    answer(recorded);
    await session.refresh();
    assert.equal(last().banner, undefined);
  });

  it("says why nothing is evaluated in Restricted Mode, and offers what changes that", async () => {
    const { session, last } = open(() => ({ kind: "noTool", problem: problems.untrusted() }));
    await session.look(undefined, nothing);
    assert.equal(last().graph, undefined);
    assert.match(last().banner?.text ?? "", /Restricted Mode/);
    assert.deepEqual(last().banner?.actions, ["Manage Workspace Trust"]);
  });

  it("asks ahead for the other targets, so that a look at them need not wait", async () => {
    const { session, asked, pictures } = open();
    await session.look(undefined, nothing);
    await new Promise(setImmediate);
    assert.deepEqual(
      asked.map(({ target }) => target),
      ["xen", "xen", "hvt"],
    );
    assert.equal(pictures().length, 1);
  });

  it("tells the page the pictures that a look at another target would give, keys and all", async () => {
    const { session, posted, last } = open();
    await session.look(undefined, nothing);
    await new Promise(setImmediate);
    const ahead = posted.find((message) => message.kind === "ahead");
    assert.deepEqual(
      ahead?.pictures.map(({ configuration }) => configuration.target),
      ["xen", "hvt"],
    );
    await session.look({ target: "hvt", options: [], evaluate: true }, nothing);
    const generation = 1;
    assert.deepEqual(ahead?.pictures[1], { ...last(), generation });
  });

  it("tells no picture ahead that a later question has overtaken, and none of a broken config.ml", async () => {
    const { session, posted, answer } = open();
    const hvt = { target: "hvt", options: [], evaluate: true };
    await Promise.all([session.look(undefined, nothing), session.look(hvt, nothing)]);
    await new Promise(setImmediate);
    const told = () => posted.filter((message) => message.kind === "ahead");
    assert.equal(told().length, 1);
    answer(() => ({ kind: "failed", output: "broken" }));
    await session.refresh();
    await new Promise(setImmediate);
    assert.equal(told().length, 1);
  });

  it("ends an evaluation at the user's wish, says so, and tries again when asked", async () => {
    const { session, last, waiting } = open();
    await session.look(undefined, nothing);
    const before = last().graph;
    const ended = waiting((signal) => new Promise((resolve) => signal.addEventListener("abort", resolve)));
    const asked = session.refresh();
    await ended.begun;
    session.cancel();
    await asked;
    assert.match(last().banner?.text ?? "", /was cancelled\. The picture is the one before/);
    assert.deepEqual(last().graph, before);
    assert.deepEqual(last().banner?.actions, ["Try Again"]);
    waiting(undefined);
    await session.refresh();
    assert.equal(last().banner, undefined);
  });

  it("shows the picture of a save before the options of config.ml are read, and those after it", async () => {
    const { session, pictures, answer, manualIs } = open();
    await session.look(undefined, nothing);
    const sockets = { target: "unix", options: ["--net=host"], evaluate: true };
    answer(() => ({ ...recorded(sockets), content: "two" }));
    let tell = (_text: string): void => {};
    manualIs(new Promise((resolve) => (tell = resolve)));
    const refreshed = session.refresh();
    await new Promise(setImmediate);
    assert.equal(pictures().length, 2, "not held up");
    tell(manual.replaceAll("utcp", "other"));
    await refreshed;
    assert.ok(pictures()[2]?.options.some(({ name }) => name === "--other"));
    assert.deepEqual(pictures()[2]?.graph, pictures()[1]?.graph);
  });

  it("does not draw again when a save changed nothing, and asks for no other target again", async () => {
    const { session, pictures, asked } = open();
    await session.look(undefined, nothing);
    await new Promise(setImmediate);
    const before = asked.length;
    await session.refresh();
    await new Promise(setImmediate);
    assert.equal(pictures().length, 1);
    assert.equal(asked.length, before + 1);
  });

  it("forgets an answer that a later question has overtaken", async () => {
    const { session, pictures } = open();
    const first = session.look(undefined, nothing);
    const second = session.look({ target: "hvt", options: [], evaluate: true }, nothing);
    await Promise.all([first, second]);
    assert.deepEqual(
      pictures().map(({ configuration }) => configuration.target),
      ["hvt"],
    );
  });
});
