import assert from "node:assert/strict";
import type { GraphPanelContent, ToGraphPage } from "../protocol/graph.ts";
import { problems } from "../platform/errors.ts";
import { GraphSession, type GraphProject } from "./graphSession.ts";
import type {
  PrintGraphOptions,
  PrintedGraph,
  EvaluationFailure,
  ConfigEvaluator,
} from "./evaluate/types.ts";
import type { GraphConfiguration } from "./model.ts";
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
const hvt: GraphConfiguration = { target: "hvt", options: [], evaluate: true };

const manual = recordedText("device-usage/network/configure-help-plain.stdout");

type Describe = (
  configuration: GraphConfiguration,
  options?: PrintGraphOptions,
) => PrintedGraph | EvaluationFailure;

const recorded = ({ target, options }: GraphConfiguration, file = "describe-dot"): PrintedGraph => {
  const name = [target, ...options.map((option) => option.slice(2))].join("+");
  const text = recordedText(`device-usage/network/${name}/${file}.stdout`);
  return { kind: "printed", text, dot: "", content: "one" };
};

const targetsOf = (queried: readonly GraphConfiguration[]) => queried.map(({ target }) => target);

const untilAborted = (signal: AbortSignal) =>
  new Promise((resolve) => signal.addEventListener("abort", resolve));

/** A session whose evaluator returns recorded descriptions. */
function open(initial: Describe = (configuration) => recorded(configuration)) {
  const posted: ToGraphPage[] = [];
  const queried: GraphConfiguration[] = [];
  let describe = initial;
  let help: string | Promise<string> = manual;
  let wait: ((signal: AbortSignal) => Promise<unknown>) | undefined;
  let started = Promise.withResolvers<void>();
  const evaluator: ConfigEvaluator = {
    printGraph: async (_project, configuration, options) => {
      queried.push(configuration);
      if (wait && options?.signal) {
        const waiting = wait(options.signal);
        started.resolve();
        await waiting;
        return { kind: "cancelled" };
      }
      return describe(configuration, options);
    },
    build: async () => ({ kind: "cancelled" }),
    generate: async () => ({ kind: "cancelled" }),
    help: async () => ({ kind: "help", text: await help }),
    refresh: () => {},
  };
  const session = new GraphSession({
    evaluator,
    project: () => project,
    targets: ["xen", "hvt"],
    mains: async () => ["Unikernel.Main"],
    committed: async () => "let () = register",
    post: (message) => void posted.push(message),
  });
  const contents = () => posted.filter((message) => message.kind === "content");
  return {
    session,
    posted,
    /** The configurations that the evaluator was queried for. */
    queried,
    contents,
    last: (): GraphPanelContent => {
      const content = contents().at(-1);
      assert.ok(content);
      return content;
    },
    /** Replaces the evaluator's descriptions. */
    respondWith: (next: Describe) => (describe = next),
    /** Replaces the output of `configure --help`. */
    helpWith: (next: Promise<string>): void => {
      help = next;
    },
    /** From now on each query waits for this and is then cancelled; `started` resolves at the next query. */
    hold: (next: typeof wait) => {
      wait = next;
      started = Promise.withResolvers<void>();
      return { started: started.promise };
    },
  };
}

describe("GraphSession", () => {
  it("first shows the configuration of commands, with the options and the configured target", async () => {
    const { session, last, posted } = open();
    await session.showGraph(undefined, nothing);
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

  it("shows another target and keeps the keys of nodes that are in both graphs", async () => {
    const { session, contents } = open();
    await session.showGraph(undefined, nothing);
    await session.showGraph(hvt, nothing);
    const keys = contents().map(({ graph }) => graph?.nodes.find(({ kind }) => kind === "application")?.key);
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
  });

  it("compares with the configuration that differs most, and keeps that one", async () => {
    const { session, last, queried } = open((configuration) => recorded(configuration, "describe-dot-eval"));
    await session.showGraph(hvt, nothing);
    await session.showGraph(hvt, { kind: "mostDifferent" });
    const sockets = { target: "unix", options: ["--net=host"], evaluate: true };
    assert.deepEqual(last().other, { kind: "configuration", configuration: sockets });
    assert.ok(last().graph?.nodes.some(({ change }) => change === "added"));
    const before = queried.length;
    await session.refresh();
    assert.deepEqual(queried.slice(before), [hvt, sockets], "the others are not evaluated again");
  });

  it("compares with nothing, and says so, if every other configuration has the same graph", async () => {
    const { session, last, respondWith } = open();
    respondWith(() => recorded(hvt));
    await session.showGraph(hvt, nothing);
    await session.showGraph(hvt, { kind: "mostDifferent" });
    assert.deepEqual(last().other, nothing);
    assert.equal(last().banner?.severity, "info");
    assert.match(last().banner?.text ?? "", /nothing to compare/);
    assert.ok(last().graph?.nodes.every(({ change }) => change === "same"));
    await session.refresh();
    assert.equal(last().banner, undefined);
  });

  it("replaces the configuration that differed most when its graph becomes the same", async () => {
    const { session, last, respondWith } = open((configuration) =>
      recorded(configuration, "describe-dot-eval"),
    );
    await session.showGraph(hvt, nothing);
    await session.showGraph(hvt, { kind: "mostDifferent" });
    const sockets = { target: "unix", options: ["--net=host"], evaluate: true };
    const compared = { kind: "configuration", configuration: sockets } as const;
    assert.deepEqual(last().other, compared);
    respondWith(({ target }) => recorded(target === "hvt" ? hvt : sockets, "describe-dot-eval"));
    await session.showGraph({ ...sockets, options: ["--net=host", "--no-dhcp"] }, compared);
    const { other } = last();
    assert.equal(other.kind === "configuration" ? other.configuration.target : other.kind, "hvt");
  });

  it("compares with nothing if no other configuration can be evaluated", async () => {
    const { session, last, respondWith } = open();
    await session.showGraph(hvt, nothing);
    respondWith((configuration) =>
      configuration.target === "hvt" && configuration.options.length === 0
        ? recorded(configuration)
        : { kind: "failed", output: "unknown option" },
    );
    await session.showGraph(hvt, { kind: "mostDifferent" });
    assert.deepEqual(last().other, nothing);
    assert.match(last().banner?.text ?? "", /unknown option/);
  });

  it("compares two configurations in one graph and in sentences", async () => {
    const { session, last } = open();
    const other = { target: "unix", options: ["--net=host"], evaluate: true };
    await session.showGraph(
      { target: "hvt", options: [], evaluate: true },
      { kind: "configuration", configuration: other },
    );
    const { graph, sentences } = last();
    assert.match(sentences[0] ?? "", /^hvt instead of unix with sockets adds /);
    assert.ok(graph?.nodes.some(({ change }) => change === "same"));
  });

  it("compares with the committed config.ml", async () => {
    const { session, last, queried } = open();
    await session.showGraph(undefined, { kind: "committed" });
    assert.equal(queried[0], queried[1]);
    assert.match(last().sentences.join(" "), /the committed config\.ml/);
  });

  it("keeps the last graph below a banner with the error when config.ml no longer compiles", async () => {
    const { session, last, respondWith } = open();
    await session.showGraph(undefined, nothing);
    const before = last().graph;
    const problem = {
      file: "/w/network/config.ml",
      range: { startLine: 3, startColumn: 0, endLine: 3, endColumn: 4 },
      severity: "error",
      message: "Unbound value stack",
      source: "ocaml",
      related: [],
    } as const;
    respondWith(() => ({ kind: "doesNotCompile", output: "File …\nError", problems: [problem] }));
    await session.refresh();
    assert.deepEqual(last().graph, before);
    const { banner } = last();
    assert.match(
      banner?.text ?? "",
      /does not compile\. Line 4: Unbound value stack\. The graph shown is the previous one/,
    );
    assert.deepEqual(banner?.actions, ["Show Error", "Show Output"]);
    assert.equal(session.bannerAction(0)?.kind, "showProblem");
    respondWith((configuration) => recorded(configuration));
    await session.refresh();
    assert.equal(last().banner, undefined);
  });

  it("explains that nothing is evaluated in Restricted Mode and offers to manage workspace trust", async () => {
    const { session, last } = open(() => ({ kind: "noTool", problem: problems.untrusted() }));
    await session.showGraph(undefined, nothing);
    assert.equal(last().graph, undefined);
    assert.match(last().banner?.text ?? "", /Restricted Mode/);
    assert.deepEqual(last().banner?.actions, ["Manage Workspace Trust"]);
  });

  it("evaluates the other targets only when the list of targets is opened, and posts nothing for them", async () => {
    const { session, queried, posted } = open();
    await session.showGraph(undefined, nothing);
    assert.deepEqual(targetsOf(queried), ["xen"]);
    const before = posted.length;
    await session.evaluateTargets();
    assert.deepEqual(targetsOf(queried), ["xen", "xen", "hvt"]);
    assert.equal(posted.length, before);
  });

  it("stops evaluating the other targets when the user selects one", async () => {
    const { session, queried, hold } = open();
    await session.showGraph(undefined, nothing);
    const held = hold(untilAborted);
    const evaluated = session.evaluateTargets();
    await held.started;
    hold(undefined);
    await Promise.all([session.showGraph(hvt, nothing), evaluated]);
    assert.deepEqual(targetsOf(queried), ["xen", "xen", "hvt"]);
  });

  it("refreshes after a pending evaluation without cancelling it, and once for many events", async () => {
    const { session, queried, hold, contents } = open();
    await session.showGraph(undefined, nothing);
    let release = (_value?: unknown): void => {};
    const held = hold(() => new Promise((resolve) => (release = resolve)));
    const first = session.refresh();
    await held.started;
    await Promise.all([session.refreshWhenIdle(), session.refreshWhenIdle()]);
    assert.equal(queried.length, 2, "the pending evaluation continues");
    const again = hold(untilAborted);
    release();
    await Promise.all([first, again.started]);
    assert.equal(queried.length, 3);
    assert.match(contents().at(-1)?.banner?.text ?? "", /was cancelled/, "the result of the first is shown");
    session.dispose();
  });

  it("shows that the user cancelled an evaluation, and offers to try again", async () => {
    const { session, last, hold } = open();
    await session.showGraph(undefined, nothing);
    const before = last().graph;
    const held = hold(untilAborted);
    const refreshed = session.refresh();
    await held.started;
    session.cancel();
    await refreshed;
    assert.match(last().banner?.text ?? "", /was cancelled\. The graph shown is the previous one/);
    assert.deepEqual(last().graph, before);
    assert.deepEqual(last().banner?.actions, ["Try Again"]);
    hold(undefined);
    await session.refresh();
    assert.equal(last().banner, undefined);
  });

  it("shows the graph of a save before reading the options of config.ml, and then the options", async () => {
    const { session, contents, respondWith, helpWith } = open();
    await session.showGraph(undefined, nothing);
    const sockets = { target: "unix", options: ["--net=host"], evaluate: true };
    respondWith(() => ({ ...recorded(sockets), content: "two" }));
    const help = Promise.withResolvers<string>();
    helpWith(help.promise);
    const refreshed = session.refresh();
    await new Promise(setImmediate);
    assert.equal(contents().length, 2, "the graph does not wait for the options");
    help.resolve(manual.replaceAll("utcp", "other"));
    await refreshed;
    assert.ok(contents()[2]?.options.some(({ name }) => name === "--other"));
    assert.deepEqual(contents()[2]?.graph, contents()[1]?.graph);
  });

  it("posts nothing after a save that changed nothing", async () => {
    const { session, contents, queried } = open();
    await session.showGraph(undefined, nothing);
    await session.refresh();
    assert.equal(contents().length, 1);
    assert.equal(queried.length, 2);
  });

  it("drops the result of a request that a later one has replaced", async () => {
    const { session, contents } = open();
    const first = session.showGraph(undefined, nothing);
    const second = session.showGraph(hvt, nothing);
    await Promise.all([first, second]);
    assert.deepEqual(
      contents().map(({ configuration }) => configuration.target),
      ["hvt"],
    );
  });
});
