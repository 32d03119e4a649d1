/**
 * Measures the log panel in headless Chromium with a million records: the frames while it is scrolled slowly
 * and fast, and the time from the last letter of a filter, typed at a fast pace, until the number of matching
 * records is shown.
 */
import type { Row } from "../../scripts/bench.ts";
import { openPage } from "../harness/browser.ts";
import { logHost } from "../webviews/logHost.ts";
import { millionRecords } from "../webviews/millionRecords.ts";
import { themes } from "../webviews/themes.ts";
import { bundleView, openView } from "../webviews/view.ts";
import { rounds } from "./figures.ts";

export const name = "log panel";

const steps = [60, 3000, 120_000];
const framesEach = 80;
const betweenLettersMs = 60;

export async function run(): Promise<readonly Row[]> {
  const store = millionRecords();
  const [{ browser }, bundle] = await Promise.all([openPage(), bundleView("logs")]);
  try {
    const context = await browser.newContext({ viewport: { width: 1100, height: 320 } });
    const view = await openView(context, bundle, themes.dark);
    const host = logHost(view, store);
    const { page } = view;
    await page.getByText("1,000,000 records", { exact: true }).waitFor();
    const frames = await view.probe<number[]>(
      `scrollFrames('.grid', ${JSON.stringify(steps)}, ${framesEach})`,
    );
    const filter = page.locator(".filter input");
    const times: number[] = [];
    for (const [text, count] of [
      ["message 77777", 11],
      ["segment 4321", 111],
      ["99999 of", 10],
    ] as const) {
      await filter.fill("");
      await page.getByText("1,000,000 records", { exact: true }).waitFor();
      await filter.pressSequentially(text.slice(0, -1), { delay: betweenLettersMs });
      const began = performance.now();
      await filter.press(text.slice(-1));
      await page.getByText(`${count} of 1,000,000 records`).waitFor();
      times.push(performance.now() - began);
    }
    host.dispose();
    return [
      {
        what: "frame time while a million rows are scrolled, 95th percentile",
        value: percentile(frames, 0.95),
        unit: "ms",
        target: 50,
      },
      {
        what: "frame time while a million rows are scrolled, median",
        value: percentile(frames, 0.5),
        unit: "ms",
      },
      { what: "last letter of a filter until its count is shown", ...rounds(times), unit: "ms", target: 200 },
    ];
  } finally {
    await browser.close();
  }
}

function percentile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? 0;
}
