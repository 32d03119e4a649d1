/**
 * Measures the launcher with a program that logs a million lines, with one write per line as in Logs
 * reporters. Compares its time with that of the program writing to a file, in pairs, and measures the memory
 * of the records and how fast they are filtered. In a window, measures the time until the panel shows the
 * last record, compared with VS Code's terminal and output channel. Also measures the time from F5 until the
 * panel shows the first record of a built program, minus the time of the program itself, compared with a
 * minimal debug adapter and VS Code's debug console. The program is compiled with the OCaml of the machine.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Frame, Page } from "playwright-core";
import { DebugSession } from "../../extension/launch/session/debugSession.ts";
import { LogStore } from "../../extension/logs/store/logStore.ts";
import { run as runProgram } from "../../extension/platform/process.ts";
import type { Row } from "../../scripts/bench.ts";
import { openPalette, runCommand, screenshot, waitForCommand } from "../e2e/driver.ts";
import { temporarySamples } from "../harness/samples.ts";
import { rounds } from "./figures.ts";
import { withInstalled, type Installed } from "./window.ts";

export const name = "logs of a launched program";

const lines = 1_000_000;
const pairs = 3;
const starts = 15;
const restMs = 1000;

/** Prints like mirage-logs: with Format and a flush after each line. */
const source = `
let () =
  for i = 1 to int_of_string Sys.argv.(1) do
    Format.eprintf "2026-11-24T10:%02d:%02dZ: [%s] [%s] @[port %d: a segment of %d bytes@]@."
      (i / 60000 mod 60) (i / 1000 mod 60)
      (if i mod 7 > 0 then "INFO" else "WARNING")
      "net" i (i mod 1460)
  done
`;

export async function run(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "mirageos-bench-"));
  try {
    const program = join(folder, "logger");
    await writeFile(`${program}.ml`, source);
    execFileSync("ocamlopt", ["-o", program, `${program}.ml`]);
    return [...(await launcherRows(program, folder)), ...(await windowRows(program))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function launcherRows(program: string, folder: string): Promise<Row[]> {
  const [launched, toFile]: [number[], number[]] = [[], []];
  let last: { store: LogStore; id: string } | undefined;
  let used = 0;
  for (let pair = 0; pair < pairs; pair++) {
    toFile.push(await fileTime(program, join(folder, "out")));
    last = undefined;
    const before = memory();
    const round = await launchedTime(program, join(folder, `store-${pair}`));
    used = memory() - before;
    launched.push(round.time);
    last = round;
  }
  if (!last) throw new Error("Nothing was launched.");
  const { store, id } = last;
  const records = store.span(id).end;
  if (records !== lines) throw new Error(`${lines} lines resulted in ${records} records.`);
  const filtered = (what: string, filter: Parameters<LogStore["query"]>[1]): Row => {
    const times = Array.from({ length: 5 }, () => {
      const began = performance.now();
      store.query(id, filter);
      return performance.now() - began;
    });
    return { what, ...rounds(times), unit: "ms", target: 200 };
  };
  const against = { what: "output to a file", ...rounds(toFile) };
  return [
    {
      what: "a million lines through the launcher",
      ...rounds(launched),
      unit: "ms",
      against,
      target: Math.round(against.value * 1.15),
    },
    { what: "memory of the records", value: used / 1e6, unit: "MB", target: 350 },
    filtered("filter them by level", { levels: ["warning"] }),
    filtered("filter them by text", { text: "segment of 77" }),
  ];
}

async function fileTime(program: string, file: string): Promise<number> {
  const output = openSync(file, "w");
  const began = performance.now();
  await once(spawn(program, [String(lines)], { stdio: ["ignore", output, output] }), "exit");
  closeSync(output);
  return performance.now() - began;
}

/** Runs the program in a debug session with a log store, and returns the time until all output is read. */
async function launchedTime(program: string, folder: string) {
  const store = new LogStore({ folder });
  const writer = store.begin({ name: "bench", unikernel: "/bench/config.ml", target: "unix" });
  const ended = Promise.withResolvers<void>();
  const prepared = {
    name: "bench",
    unikernel: "/bench/config.ml",
    target: "unix",
    spec: { file: program, args: [String(lines)], cwd: tmpdir(), env: {} },
    note: undefined,
    onOutput: () => undefined,
    explain: () => ({ kind: "ok", code: 0, text: "ended normally" }) as const,
    crash: () => undefined,
    writers: [writer],
    stopOnExit: true,
    debugging: {
      unavailable: undefined,
      isRequired: false,
      concerns: () => false,
      request: () => Promise.reject(new Error("no debugger")),
    },
  };
  const host = {
    run: runProgram,
    prepare: async () => prepared,
    showProblem: () => undefined,
    offerRestart: () => undefined,
  };
  const session = new DebugSession(host, (message) => {
    if ("event" in message && message.event === "terminated") ended.resolve();
  });
  const began = performance.now();
  session.handle({ seq: 1, type: "request", command: "launch", arguments: {} });
  session.handle({ seq: 2, type: "request", command: "configurationDone" });
  await ended.promise;
  const time = performance.now() - began;
  await store.settled();
  return { time, store, id: writer.session.id };
}

async function windowRows(program: string): Promise<Row[]> {
  const samples = await temporarySamples();
  try {
    const launch = (title: string, count: number) => ({
      type: "mirage",
      request: "launch",
      name: title,
      unikernel: "hello",
      target: "unix",
      program,
      args: [String(count)],
      build: "never",
    });
    const minimal = { type: "bench", request: "launch", name: "minimal", program, args: ["1"] };
    const configurations = [minimal, launch("one line", 1), launch("a million lines", lines)];
    await mkdir(join(samples.path, ".vscode"), { recursive: true });
    await writeFile(
      join(samples.path, ".vscode", "launch.json"),
      JSON.stringify({ version: "0.2.0", configurations }),
    );
    const measure = ({ inWindow }: Installed) =>
      inWindow(async (page) => {
        await waitForCommand(page, "MirageOS: Show Unikernel Logs");
        await runCommand(page, "MirageOS: Show Unikernel Logs");
        // The panel takes the keyboard focus when it opens.
        await panelOf(page).locator(".emptyState").waitFor();
        const first = await firstRecords(page, program);
        const console = await firstLines(page, program);
        const panel = await floodTime(page);
        const terminal = await terminalTime(page, program);
        const channel = await channelTime(page);
        const shown = { what: "a million lines until the panel shows the last", value: panel, unit: "ms" };
        return [
          {
            what: `F5 to the first record in the panel, minus the program itself, ${starts} starts`,
            ...rounds(first),
            unit: "ms",
            against: { what: "a minimal debug adapter and the debug console", ...rounds(console) },
            target: 150,
          },
          { ...shown, against: { what: "VS Code's terminal", value: terminal } },
          {
            ...shown,
            against: {
              what: `VS Code's output channel${channel.ended ? "" : " (cancelled before the end)"}`,
              value: channel.time,
            },
          },
        ];
      });
    return await withInstalled(samples.path, measure, {
      extension: join(import.meta.dirname, "output"),
      env: { BENCH_OUTPUT: `${program} ${lines}` },
    });
  } finally {
    await samples.remove();
  }
}

const panelOf = (page: Page) => page.frameLocator("iframe.webview").frameLocator("#active-frame");

/** Starts a configuration of launch.json by its name. F5 starts the same configuration later. */
async function debug(page: Page, title: string): Promise<number> {
  await openPalette(page);
  await page.locator(".quick-input-widget input").first().fill(`debug ${title}`);
  const row = page.locator(".quick-input-widget .monaco-list-row").filter({ hasText: title }).first();
  await row.and(page.locator(".focused")).waitFor();
  const began = performance.now();
  await page.keyboard.press("Enter");
  return began;
}

/** Measures F5 with an open panel, after a first start that loads the code. */
async function firstRecords(page: Page, program: string): Promise<number[]> {
  await debug(page, "one line");
  const shown = panelOf(page).locator(".row").filter({ hasText: "port 1: a segment" });
  await shown.waitFor();
  return repeated(async () => {
    await waitForNoSession(page);
    await runCommand(page, "MirageOS: Clear Unikernel Logs");
    await shown.waitFor({ state: "detached" });
    return f5Time(page, program, await panelFrame(page), ".row", "port 1: a segment");
  });
}

/** Measures F5 with the minimal debug adapter, until VS Code's debug console shows the line. */
async function firstLines(page: Page, program: string): Promise<number[]> {
  await debug(page, "minimal");
  await runCommand(page, "Debug Console: Focus on Debug Console View");
  await page.locator(".repl .monaco-list-row").filter({ hasText: "start 0: " }).waitFor();
  const times = await repeated((start) =>
    f5Time(page, program, page.mainFrame(), ".repl .monaco-list-row", `start ${start + 1}: `),
  );
  await runCommand(page, "MirageOS: Show Unikernel Logs");
  return times;
}

async function repeated(time: (start: number) => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let start = 0; start < starts; start++) times.push(await time(start));
  return times;
}

/** Returns the time from F5 until a row of a frame shows a text, minus the time of the program itself. */
async function f5Time(page: Page, program: string, frame: Frame, row: string, text: string): Promise<number> {
  await waitForNoSession(page);
  const bareBegan = performance.now();
  await once(spawn(program, ["1"], { stdio: "ignore" }), "exit");
  const bare = performance.now() - bareBegan;
  const appeared = shownAt(frame, row, text);
  const began = Date.now();
  await page.keyboard.press("F5");
  return (await appeared) - began - bare;
}

async function panelFrame(page: Page): Promise<Frame> {
  const element = await panelOf(page).locator("body").elementHandle();
  const frame = await element?.ownerFrame();
  if (!frame) throw new Error("The log panel has no frame.");
  return frame;
}

/**
 * Resolves with the time at which a text is about to be painted in a row, in ms since the epoch. A locator
 * would poll at its own intervals, and checking each frame would keep the window drawing.
 */
function shownAt(frame: Frame, row: string, text: string): Promise<number> {
  return frame.evaluate<number>(`new Promise((resolve) => {
    const [row, text] = ${JSON.stringify([row, text])};
    const watching = new MutationObserver(() => {
      if (![...document.querySelectorAll(row)].some((each) => each.textContent.includes(text))) return;
      watching.disconnect();
      requestAnimationFrame(() => resolve(Date.now()));
    });
    watching.observe(document.body, { childList: true, subtree: true, characterData: true });
  })`);
}

/** Waits until no debug session is running and VS Code is idle. */
async function waitForNoSession(page: Page): Promise<void> {
  // A short session can end before its toolbar appears.
  await page.waitForTimeout(restMs);
  await page.locator(".debug-toolbar").filter({ visible: true }).waitFor({ state: "detached" });
}

async function floodTime(page: Page): Promise<number> {
  const began = await debug(page, "a million lines");
  await panelOf(page).getByText("1,000,000 records", { exact: true }).waitFor({ timeout: 120_000 });
  return performance.now() - began;
}

async function terminalTime(page: Page, program: string): Promise<number> {
  await runCommand(page, "Terminal: Create New Terminal");
  await page.locator(".terminal-wrapper.active .xterm-screen").first().waitFor();
  await page.keyboard.type(`${program} ${lines}; printf '%s%s' over now; exit`);
  const began = performance.now();
  await page.keyboard.press("Enter");
  await page.locator(".terminal-wrapper.active").first().waitFor({ state: "detached", timeout: 240_000 });
  return performance.now() - began;
}

/** Measures the time until the output channel shows the last line, for at most three minutes. */
async function channelTime(page: Page): Promise<{ readonly time: number; readonly ended: boolean }> {
  await waitForCommand(page, "Bench: Show a Program in an Output Channel");
  const began = performance.now();
  await runCommand(page, "Bench: Show a Program in an Output Channel");
  const last = page.locator(".panel .view-line").filter({ hasText: "end of the output" });
  const ended = await last
    .first()
    .waitFor({ timeout: 180_000 })
    .then(
      () => true,
      () => false,
    );
  if (!ended) await screenshot(page, "bench-output-channel");
  return { time: performance.now() - began, ended };
}

/** Returns the bytes in use after a garbage collection. */
function memory(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
