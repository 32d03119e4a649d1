import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../../scripts/programs.ts";
import type { DoctorLineView, DoctorView } from "../../extension/protocol/doctor.ts";
import { pagesOf } from "./pages.ts";
import { themes, type Theme } from "./themes.ts";
import type { View } from "./view.ts";

const line = (
  id: string,
  status: DoctorLineView["status"],
  detail: string,
  more: Partial<DoctorLineView> = {},
): DoctorLineView => ({
  section: "tools",
  id,
  title: id,
  status,
  detail,
  essential: false,
  needed: true,
  fix: undefined,
  ...more,
});

const home = "/home/dev/.opam/mirage/bin";
const install = { title: "Install ocaml-solo5 and solo5", commandLine: "opam install ocaml-solo5 solo5" };
const lines: readonly DoctorLineView[] = [
  line("environment", "ready", "opam: mirage (opam's current switch)", {
    section: "environment",
    title: "Environment",
    essential: true,
    fix: { title: "Select Switch", commandLine: undefined },
  }),
  line("host", "ready", "Linux x86-64, no permission for /dev/kvm", {
    section: "environment",
    title: "Host",
  }),
  line("kvm", "limited", "no permission to open /dev/kvm: join the group kvm and log in again", {
    section: "environment",
    title: "KVM",
    fix: { title: "Join the Group kvm", commandLine: "sudo usermod -aG kvm $USER" },
  }),
  line("opam", "ready", "2.6.1 at /usr/bin/opam", { essential: true }),
  line("mirage", "ready", `4.11.1 at ${home}/mirage`, { essential: true }),
  line("opam-monorepo", "missing", "opam-monorepo was not found; it locks and pulls sources", {
    essential: true,
    fix: { title: "Install opam-monorepo", commandLine: "opam install opam-monorepo" },
  }),
  line("dune", "old", `3.1.0 at ${home}/dune is older than 3.6.0, the required version`, {
    essential: true,
    fix: { title: "Upgrade dune", commandLine: "opam upgrade dune" },
  }),
  line("make", "unknown", "version unknown, at /usr/bin/make: <b>bold</b><img src=x onerror=alert(1)>"),
  line("solo5-hvt", "missing", "solo5-hvt was not found; it boots hvt images", {
    fix: { title: "Install solo5", commandLine: "opam install solo5" },
  }),
  line("firecracker", "missing", "firecracker was not found; it boots unikraft images", {
    fix: { title: "Install firecracker", commandLine: undefined },
  }),
  line("unix", "ready", "builds and runs", { section: "targets" }),
  line("hvt", "missing", "can't be built: ocaml-solo5 is missing", { section: "targets", fix: install }),
  line("muen", "limited", "builds, but can't be booted from VS Code", { section: "targets" }),
];
const report: DoctorView = { kind: "report", subject: "the unikernel hello", lines };

const showing = (view: DoctorView) => ({ envelope: "notification", body: { kind: "show", view } });

/** Waits for a message of a kind and returns the newest one. */
async function received(view: View, kind: string): Promise<{ id: number; body: { kind: string } }> {
  for (;;) {
    const found = view.sent.findLast((message) => JSON.stringify(message).includes(`"kind":"${kind}"`));
    if (found !== undefined) return found as { id: number; body: { kind: string } };
    await view.page.evaluate("new Promise(requestAnimationFrame)");
  }
}

/** A selector for all elements that contain text. */
const texts = "h1, h2, p, td > span, tbody th, code, .button";

const rowTexts = (page: Page) =>
  page
    .locator("tbody tr")
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].slice(0, 3).map((cell) => cell.textContent ?? "")),
    );

describe("MirageOS Setup in a browser", () => {
  const pages = pagesOf("doctor");
  const open = (theme?: Theme, savedState?: unknown): Promise<View> =>
    pages.open({ viewport: { width: 960, height: 760 }, reducedMotion: "reduce" }, theme, savedState);

  it("reports that it has loaded, shows that a check runs, then shows each line with its status", async () => {
    const view = await open();
    await received(view, "loaded");
    await view.post(showing({ kind: "checking", subject: "the unikernel hello" }));
    await view.page.getByText("Checking the versions of the tools").waitFor();
    await view.page.getByText("For the unikernel hello").waitFor();
    await view.post(showing(report));
    await view.page
      .getByText("Required before anything can be built: opam-monorepo, dune (too old).")
      .waitFor();
    assert.equal(await view.page.getByText("Checking the versions").count(), 0);
    const rows = await rowTexts(view.page);
    const statuses = Object.fromEntries(rows.map(([status, name]) => [name, status]));
    assert.deepEqual(statuses, {
      Environment: "ready",
      Host: "ready",
      KVM: "limited",
      opam: "ready",
      mirage: "ready",
      "opam-monorepo": "missing",
      dune: "too old",
      make: "unknown",
      "solo5-hvt": "missing",
      firecracker: "missing",
      unix: "ready",
      hvt: "not ready",
      muen: "limited",
    });
    // Each of the three tables also has a heading row.
    assert.equal(await view.page.getByRole("table").count(), 3);
    assert.equal(await view.page.getByRole("row").count(), lines.length + 3);
    assert.equal(await view.page.getByRole("rowheader").count(), lines.length);
  });

  it("folds what the selected targets don't need, and keeps it unfolded when a new report arrives", async () => {
    const others = ["firecracker", "solo5-hvt", "hvt", "muen"];
    const folded = lines.map((each) => ({ ...each, needed: !others.includes(each.id) }));
    const view = await open();
    await view.post(showing({ kind: "report", subject: "the unikernel hello", lines: folded }));
    await view.page.getByText("builds and runs", { exact: true }).waitFor();
    const other = view.page.getByText("firecracker was not found", { exact: false });
    assert.equal(await other.isVisible(), false);
    await view.page.getByText("Not needed for the selected targets (4)").click();
    await other.waitFor();
    await view.post(showing({ kind: "report", subject: "the unikernel hello again", lines: folded }));
    await view.page.getByText("For the unikernel hello again").waitFor();
    assert.equal(await other.isVisible(), true);
  });

  it("shows HTML in the output of a tool as text", async () => {
    const view = await open();
    await view.post(showing(report));
    await view.page.getByText("<b>bold</b><img src=x onerror=alert(1)>").waitFor();
    assert.equal(await view.page.locator("table img, table b").count(), 0);
  });

  it("sends the id of the line to fix, and shows the response", async () => {
    const view = await open();
    await view.post(showing(report));
    await view.page.getByText("opam install opam-monorepo", { exact: true }).waitFor();
    await view.page.getByRole("button", { name: "Install solo5, for solo5-hvt" }).click();
    const request = await received(view, "fix");
    assert.deepEqual(request.body, { kind: "fix", id: "solo5-hvt" });
    await view.post({ envelope: "response", id: request.id, body: "Typed into the terminal." });
    await view.page.getByRole("status").getByText("Typed into the terminal.").waitFor();
    await view.page.getByRole("button", { name: "Copy as Markdown" }).click();
    const copied = await received(view, "copy");
    await view.post({ envelope: "error", id: copied.id, reason: "no clipboard" });
    await view.page.getByText("The action failed: no clipboard").waitFor();
    await view.page.getByRole("button", { name: "Check Again" }).click();
    assert.deepEqual((await received(view, "check")).body, { kind: "check" });
  });

  it("can be used with the keyboard, and keeps the focus when a new report arrives", async () => {
    const view = await open();
    await view.post(showing(report));
    await view.page.getByText("builds and runs", { exact: true }).waitFor();
    const focused = () => view.probe<string>("focused()");
    const order: string[] = [];
    for (let step = 0; step < 5; step += 1) {
      await view.page.keyboard.press("Tab");
      order.push(await focused());
    }
    assert.deepEqual(order, [
      "Check Again",
      "Copy as Markdown",
      "Select Switch, for Environment",
      "Join the Group kvm, for KVM",
      "Install opam-monorepo, for opam-monorepo",
    ]);
    await view.page.keyboard.press("Enter");
    assert.deepEqual((await received(view, "fix")).body, { kind: "fix", id: "opam-monorepo" });
    await view.post(showing({ kind: "checking", subject: "the unikernel hello" }));
    await view.post(showing({ kind: "report", subject: "the unikernel hello again", lines }));
    await view.page.getByText("For the unikernel hello again").waitFor();
    assert.equal(await focused(), "Install opam-monorepo, for opam-monorepo");
  });

  it("does not take the focus from the editor when a new report replaces the focused button", async () => {
    const view = await open();
    await view.post(showing(report));
    await view.page.getByRole("button", { name: "Install opam-monorepo" }).focus();
    // Another part of the window has the focus.
    await view.page.evaluate("document.hasFocus = () => false");
    await view.post(showing({ kind: "report", subject: "the unikernel hello again", lines }));
    await view.page.getByText("For the unikernel hello again").waitFor();
    assert.equal(await view.page.locator(".button:focus").count(), 0);
  });

  it("shows the actions for Restricted Mode or a failure instead of a report", async () => {
    const view = await open();
    await view.post(showing(report));
    const message = "Restricted Mode: MirageOS runs no programs in this workspace until you trust it.";
    await view.post(showing({ kind: "restricted", message, actions: ["Manage Workspace Trust"] }));
    await view.page.getByText(message).waitFor();
    assert.equal(await view.page.getByRole("table").count(), 0);
    assert.equal(await view.page.getByRole("button", { name: "Copy as Markdown" }).count(), 0);
    await view.page.getByRole("button", { name: "Manage Workspace Trust" }).click();
    assert.deepEqual((await received(view, "act")).body, { kind: "act", title: "Manage Workspace Trust" });
    await view.post(showing({ kind: "failed", message: "opam was not found.", actions: [] }));
    await view.page.getByRole("alert").getByText("opam was not found.").waitFor();
  });

  it("restores the last report, and ignores an invalid saved state", async () => {
    const first = await open();
    await first.post(showing(report));
    await first.page.getByText("builds and runs", { exact: true }).waitFor();
    const again = await open(themes.dark, await first.probe("savedState()"));
    await again.page.getByText("builds and runs", { exact: true }).waitFor();
    const broken = await open(themes.dark, { view: { kind: "report", lines: [{ id: 1 }] } });
    await received(broken, "loaded");
    assert.equal(await broken.page.getByRole("table").count(), 0);
  });

  it("shows everything in all themes, wide and narrow", async () => {
    const view = await open();
    await view.post(showing(report));
    await view.page.getByText("builds and runs", { exact: true }).waitFor();
    const shots = process.env["MIRAGEOS_SCREENSHOTS"];
    for (const width of [960, 420]) {
      await view.page.setViewportSize({ width, height: 760 });
      for (const [name, theme] of Object.entries(themes)) {
        await view.setTheme(theme);
        assert.equal(await view.probe("contentWidth()"), width, name);
        assert.deepEqual(await view.probe(`illegibleTexts(${JSON.stringify(texts)})`), [], name);
        if (shots === undefined) continue;
        await mkdir(join(root, shots), { recursive: true });
        await view.page.screenshot({
          path: join(root, shots, `doctor-${name}-${width}.png`),
          fullPage: true,
        });
      }
    }
  });
});
