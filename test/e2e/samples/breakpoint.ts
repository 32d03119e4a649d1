import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { buildMs, shortMs } from "../../harness/limits.ts";
import { notifications, openFile, screenshot } from "../driver.ts";
import type { SamplesWindow } from "./samplesWindow.ts";

const unikernel = `open Lwt.Infix

type greeting = { text : string; left : int }

let[@inline never] greet greeting =
  Logs.info (fun f -> f "%s" greeting.text);
  greeting.left - 1

let start () =
  let rec loop left =
    if left = 0 then Lwt.return_unit
    else
      let rest = greet { text = "hello"; left } in
      Mirage_sleep.ns 1_000_000L >>= fun () -> loop rest
  in
  loop 2
`;
const line = 7;

/** Defines the test of a breakpoint in `hello`, which has been built. */
export function testBreakpoint({ session }: SamplesWindow): void {
  describe("a breakpoint", () => {
    const file = () => join(session().folder, "hello", "unikernel.ml");
    let original = "";

    before(async () => {
      original = await readFile(file(), "utf8");
      await writeFile(file(), unikernel);
    });
    after(() => writeFile(file(), original));

    it("that is set in the gutter stops the unikernel, shows its values, and can be stepped and continued from", async () => {
      const { page } = session();
      await openFile(page, "hello/unikernel.ml");
      await clickGutter(page, line);
      await page.keyboard.press("F5");
      await stoppedAt(page, "greeting.left - 1", buildMs);
      await argumentIs(page, /greeting\s*=\s*\{text = "hello"; left = 2\}/);
      await topFrameIs(page, "Unikernel.greet");
      await screenshot(page, "breakpoint");
      await page.keyboard.press("F10");
      await topFrameIs(page, "Unikernel.start.loop");
      await page.keyboard.press("F5");
      await stoppedAt(page, "greeting.left - 1");
      await argumentIs(page, /greeting\s*=\s*\{text = "hello"; left = 1\}/);
      await page.keyboard.press("F5");
      await page.locator(".debug-toolbar").filter({ visible: true }).waitFor({ state: "detached" });
      assert.deepEqual(await notifications(page), []);
    });
  });
}

/** Waits until the first frame of the call stack has a name. */
async function topFrameIs(page: Page, name: string): Promise<void> {
  const frame = page.locator(".debug-call-stack .stack-frame").first();
  await frame.filter({ hasText: name }).waitFor({ timeout: shortMs });
}

/** Waits until the view Variables shows an argument with its value. */
async function argumentIs(page: Page, text: RegExp): Promise<void> {
  const variable = page.locator(".debug-variables .monaco-list-row").filter({ hasText: text });
  await variable.first().waitFor({ timeout: shortMs });
}

/** Waits until the line of the editor at which the program is stopped contains a text. */
async function stoppedAt(page: Page, text: string, timeoutMs = shortMs): Promise<void> {
  const mark = page.locator(".debug-top-stack-frame-line").first();
  await mark.waitFor({ timeout: timeoutMs });
  const source = page.locator(".view-line").filter({ hasText: text }).first();
  const until = performance.now() + timeoutMs;
  for (;;) {
    const [marked, wanted] = [await mark.boundingBox().catch(() => null), await source.boundingBox()];
    if (marked && wanted && Math.abs(marked.y - wanted.y) < 3) return;
    if (performance.now() > until) throw new Error(`The program did not stop at "${text}".`);
    await mark.waitFor({ timeout: timeoutMs });
  }
}

/** Clicks where the breakpoint of a line is shown, left of its number, and waits for it. */
async function clickGutter(page: Page, number: number): Promise<void> {
  const label = page.locator(".line-numbers").filter({ hasText: new RegExp(`^${number}$`) });
  await label.first().waitFor({ timeout: shortMs });
  const box = await label.first().boundingBox();
  assert.ok(box);
  await page.mouse.click(box.x - 8, box.y + box.height / 2);
  await page.locator(".editor-instance .codicon-debug-breakpoint").first().waitFor({ timeout: shortMs });
}
