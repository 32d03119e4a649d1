/** Reads and operates the walkthrough: its steps, their buttons and their completion. */
import type { Locator, Page } from "playwright-core";
import { showWorkbench } from "../harness/browser.ts";
import { runCommand, waitForCommand } from "./driver.ts";
import type { Session } from "./session.ts";
import { buildMs } from "../harness/limits.ts";

/** Without this setting, an opened step takes the focus half a second later from what its button opened. */
export const settings = { "workbench.reduceMotion": "on" };

export const stepOf = (page: Page, id: string): Locator =>
  page.locator(`.getting-started-step[data-step-id="mirageos.mirageos#getStarted#${id}"]`);

export async function openWalkthrough(page: Page): Promise<void> {
  await runCommand(page, "MirageOS: Get Started");
  await stepOf(page, "create").waitFor();
}

/** Opens the walkthrough in another window, and returns the result of `waitForCompleted` there. */
export async function completedElsewhere(
  { page, address }: Session,
  folder: string,
  ...ids: readonly string[]
): Promise<readonly string[]> {
  const other = await page.context().newPage();
  await showWorkbench(other, address(folder));
  // A window becomes trusted only after its start, and the walkthrough keeps the steps from when it was
  // opened.
  await waitForCommand(other, "MirageOS: Clone from mirage-skeleton…");
  await openWalkthrough(other);
  const left = await waitForCompleted(other, ...ids);
  await other.close();
  return left;
}

/** Waits until these steps are completed, and returns the steps that are not. */
export async function waitForCompleted(page: Page, ...ids: readonly string[]): Promise<readonly string[]> {
  for (const id of ids)
    await page
      .locator(`[data-done-step-id$="#${id}"][aria-checked="true"]`)
      .first()
      .waitFor({ timeout: buildMs });
  const open = page.locator('[data-done-step-id][aria-checked="false"]');
  const left = await open.evaluateAll((boxes) =>
    boxes.map((box: { getAttribute(name: string): string | null }) => box.getAttribute("data-done-step-id")),
  );
  return left.map((id) => id?.split("#").at(-1) ?? "");
}

/** Expands a step and clicks one of its buttons. */
export async function press(page: Page, id: string, button: string): Promise<void> {
  const step = stepOf(page, id);
  if ((await step.getAttribute("aria-expanded")) !== "true") await step.click();
  await step.getByRole("button", { name: button, exact: true }).click();
}

export async function showWalkthrough(page: Page): Promise<void> {
  await page
    .locator(".tabs-container .tab")
    .filter({ hasText: /Welcome|Walkthrough/ })
    .first()
    .click();
  await stepOf(page, "create").waitFor();
}
