import type { Locator, Page } from "playwright-core";
import type { FeedStore } from "../../extension/logs/panel/logFeed.ts";
import type { LogRecord } from "../../extension/logs/model.ts";
import { fakeStore, logHost, record, session, type FakeStore, type LogHost } from "./logHost.ts";
import { pagesOf } from "./pages.ts";
import type { Theme } from "./themes.ts";
import type { View } from "./view.ts";

export interface OpenedLogs {
  readonly view: View;
  readonly host: LogHost;
  readonly page: Page;
}

const boot = [
  "Solo5: Bindings version v0.9.1",
  "Solo5: Memory map: 512 MB addressable:",
  "Solo5:   reserved @ (0x0 - 0xfffff)",
];
const frame = {
  file: "unikernel.ml",
  line: 7,
  startColumn: 2,
  endColumn: 20,
  name: "Unikernel.start",
  inlined: false,
};
const hostile = '<b>bold</b><img src=x onerror="document.title=1">\u0000\u001b[31m\u202ereversed';

/** Records of every kind. */
const variety: readonly Partial<LogRecord>[] = [
  { kind: "boot", level: undefined, source: undefined, message: boot[0] ?? "", more: boot.slice(1) },
  { level: "app", message: "listening on 10.0.0.2" },
  { level: "info", source: "tcpip", message: "connected to 10.0.0.1" },
  { level: "debug", source: "ethernet", message: "frame of 64 bytes" },
  { level: "warning", message: "no address from DHCP, after 3 attempts" },
  { level: "error", message: "lost the lease", more: ["and a second line", "and a third"] },
  { kind: "plain", level: undefined, source: undefined, message: hostile },
  {
    kind: "exception",
    level: undefined,
    source: undefined,
    message: 'Fatal error: exception Failure("boom")',
    frames: [frame],
  },
  { kind: "abort", level: undefined, source: undefined, message: "Solo5: solo5_abort() called" },
];

/** Adds a newer session that failed. */
export function addCrash(store: FakeStore): void {
  const crash = session("crash", {
    startedAt: Date.UTC(2026, 0, 2, 4),
    target: "spt",
    endedAt: 1,
    outcome: { kind: "failed", text: "uncaught exception (exit code 2)" },
  });
  store.add(crash, (seq) => record(seq, variety[seq]), variety.length);
}

/**
 * Returns the element of the toolbar that shows the number of records, if it has this text. For screen
 * readers, another element has the same text some time after the last letter.
 */
export const counted = (page: Page, text: string): Locator =>
  page.locator(".shown").filter({ hasText: new RegExp(`^${text}$`) });

export const messages = (view: View) =>
  view.page
    .locator(".row:not([aria-busy]) .message")
    .evaluateAll((all) => all.map((each) => each.textContent ?? ""));

/** Creates a store with one session that has every record of `variety`. */
export function varied(): FakeStore {
  const store = fakeStore();
  store.add(session("hello"), (seq) => record(seq, variety[seq]), variety.length);
  return store;
}

/** Call this in a `describe`: provides a browser for its tests and fails those whose pages report errors. */
export function logViews() {
  const pages = pagesOf("logs");
  return async (store: FeedStore, theme?: Theme, savedState?: unknown, width = 1100): Promise<OpenedLogs> => {
    const view = await pages.open({ viewport: { width, height: 320 } }, theme, savedState);
    const host = logHost(view, store);
    pages.afterTest(host.dispose);
    return { view, host, page: view.page };
  };
}
