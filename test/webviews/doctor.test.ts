import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../../scripts/programs.ts";
import type { DoctorLineView, DoctorView } from "../../webviews/doctor/messages.ts";
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
  mend: undefined,
  ...more,
});

const home = "/home/dev/.opam/mirage/bin";
const install = { title: "Install ocaml-solo5 and solo5", commandLine: "opam install ocaml-solo5 solo5" };
const lines: readonly DoctorLineView[] = [
  line("environment", "ready", "opam: mirage (opam's current switch)", {
    section: "environment",
    title: "Environment",
    essential: true,
    mend: { title: "Select Switch", commandLine: undefined },
  }),
  line("host", "ready", "Linux x86-64, /dev/kvm not permitted", { section: "environment", title: "Host" }),
  line(
    "kvm",
    "limited",
    "/dev/kvm is there, but this user may not open it: join the group kvm and log in again",
    {
      section: "environment",
      title: "KVM",
      mend: { title: "Join the Group kvm", commandLine: "sudo usermod -aG kvm $USER" },
    },
  ),
  line("opam", "ready", "2.6.1 at /usr/bin/opam", { essential: true }),
  line("mirage", "ready", `4.11.1 at ${home}/mirage`, { essential: true }),
  line(
    "opam-monorepo",
    "missing",
    "there is no opam-monorepo in the environment; it locks and pulls sources",
    {
      essential: true,
      mend: { title: "Install opam-monorepo", commandLine: "opam install opam-monorepo" },
    },
  ),
  line("dune", "old", `3.1.0 at ${home}/dune is older than 3.6.0, which is needed`, {
    essential: true,
    mend: { title: "Upgrade dune", commandLine: "opam upgrade dune" },
  }),
  line("make", "unknown", "version unknown, at /usr/bin/make: <b>bold</b><img src=x onerror=alert(1)>"),
  line("solo5-hvt", "missing", "there is no solo5-hvt in the environment; it boots hvt images", {
    mend: { title: "Install solo5", commandLine: "opam install solo5" },
  }),
  line("firecracker", "missing", "there is no firecracker in the environment; it boots unikraft images", {
    mend: { title: "Install firecracker", commandLine: undefined },
  }),
  line("unix", "ready", "builds and runs", { section: "targets" }),
  line("hvt", "missing", "can't be built: ocaml-solo5 is missing", { section: "targets", mend: install }),
  line("muen", "limited", "builds; it is not started from here", { section: "targets" }),
];
const report: DoctorView = { kind: "report", subject: "the unikernel hello", lines };

const showing = (view: DoctorView) => ({ envelope: "tell", body: { kind: "show", view } });

/** The body of the newest message of a kind, once it has come. */
async function received(view: View, kind: string): Promise<{ id: number; body: { kind: string } }> {
  const deadline = performance.now() + 5000;
  for (;;) {
    const found = view.sent.findLast((message) => JSON.stringify(message).includes(`"kind":"${kind}"`));
    if (found !== undefined) return found as { id: number; body: { kind: string } };
    assert.ok(performance.now() < deadline, `no message ${kind} came`);
    await view.page.evaluate("new Promise(requestAnimationFrame)");
  }
}

/** Everything that says something. */
const texts = "h1, h2, p, td > span, tbody th, code, vscode-button";

const rowTexts = (page: Page) =>
  page
    .locator("tbody tr")
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].slice(0, 3).map((cell) => cell.textContent ?? "")),
    );

describe("the doctor's panel in a browser", function () {
  this.timeout(60_000);
  const pages = pagesOf("doctor");
  const open = (theme?: Theme, kept?: unknown): Promise<View> =>
    pages.open({ viewport: { width: 960, height: 760 }, reducedMotion: "reduce" }, theme, kept);

  it("says that it is loaded, waits with words, then shows each line with its status", async () => {
    const view = await open();
    await received(view, "loaded");
    await view.post(showing({ kind: "checking", subject: "the unikernel hello" }));
    await view.page.getByText("Asking the tools for their versions").waitFor();
    await view.page.getByText("For the unikernel hello").waitFor();
    await view.post(showing(report));
    await view.page
      .getByText("Needed before anything can be built: opam-monorepo, dune (too old).")
      .waitFor();
    assert.equal(await view.page.getByText("Asking the tools").count(), 0);
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
    // The rows and a heading row in each of three tables, for screen readers too.
    assert.equal(await view.page.getByRole("table").count(), 3);
    assert.equal(await view.page.getByRole("row").count(), lines.length + 3);
    assert.equal(await view.page.getByRole("rowheader").count(), lines.length);
  });

  it("shows HTML in a tool's output as text", async () => {
    const view = await open();
    await view.post(showing(report));
    await view.page.getByText("<b>bold</b><img src=x onerror=alert(1)>").waitFor();
    assert.equal(await view.page.locator("table img, table b").count(), 0);
  });

  it("sends which line to mend, and shows what came of it", async () => {
    const view = await open();
    await view.post(showing(report));
    await view.page.getByText("opam install opam-monorepo", { exact: true }).waitFor();
    await view.page.getByRole("button", { name: "Install solo5, for solo5-hvt" }).click();
    const asked = await received(view, "mend");
    assert.deepEqual(asked.body, { kind: "mend", id: "solo5-hvt" });
    await view.post({ envelope: "answer", id: asked.id, body: "Typed into the terminal." });
    await view.page.getByRole("status").getByText("Typed into the terminal.").waitFor();
    await view.page.getByRole("button", { name: "Copy as Markdown" }).click();
    const copied = await received(view, "copy");
    await view.post({ envelope: "failure", id: copied.id, reason: "no clipboard" });
    await view.page.getByText("That did not work: no clipboard").waitFor();
    await view.page.getByRole("button", { name: "Check Again" }).click();
    assert.deepEqual((await received(view, "check")).body, { kind: "check" });
  });

  it("is used from the keyboard from top to bottom, and a new report keeps the focus", async () => {
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
    assert.deepEqual((await received(view, "mend")).body, { kind: "mend", id: "opam-monorepo" });
    await view.post(showing({ kind: "checking", subject: "the unikernel hello" }));
    await view.post(showing({ kind: "report", subject: "the unikernel hello again", lines }));
    await view.page.getByText("For the unikernel hello again").waitFor();
    assert.equal(await focused(), "Install opam-monorepo, for opam-monorepo");
  });

  it("leaves the keyboard to the editor where a new report takes the place of its last button", async () => {
    const view = await open();
    await view.post(showing(report));
    await view.page.getByRole("button", { name: "Install opam-monorepo" }).focus();
    // As while another part of the window has the keyboard.
    await view.page.evaluate("document.hasFocus = () => false");
    await view.post(showing({ kind: "report", subject: "the unikernel hello again", lines }));
    await view.page.getByText("For the unikernel hello again").waitFor();
    assert.equal(await view.page.locator("vscode-button:focus").count(), 0);
  });

  it("offers what mends Restricted Mode or a failure instead of a report", async () => {
    const view = await open();
    await view.post(showing(report));
    const message = "Restricted Mode: MirageOS runs no program of this workspace until you trust it.";
    await view.post(showing({ kind: "restricted", message, actions: ["Manage Workspace Trust"] }));
    await view.page.getByText(message).waitFor();
    assert.equal(await view.page.getByRole("table").count(), 0);
    assert.equal(await view.page.getByRole("button", { name: "Copy as Markdown" }).count(), 0);
    await view.page.getByRole("button", { name: "Manage Workspace Trust" }).click();
    assert.deepEqual((await received(view, "act")).body, { kind: "act", title: "Manage Workspace Trust" });
    await view.post(showing({ kind: "failed", message: "opam was not found.", actions: [] }));
    await view.page.getByRole("alert").getByText("opam was not found.").waitFor();
  });

  it("comes back with what it last showed, and not with what it cannot read", async () => {
    const first = await open();
    await first.post(showing(report));
    await first.page.getByText("builds and runs", { exact: true }).waitFor();
    const again = await open(themes.dark, await first.probe("kept()"));
    await again.page.getByText("builds and runs", { exact: true }).waitFor();
    const broken = await open(themes.dark, { view: { kind: "report", lines: [{ id: 1 }] } });
    await received(broken, "loaded");
    assert.equal(await broken.page.getByRole("table").count(), 0);
  });

  for (const [name, theme] of Object.entries(themes)) {
    it(`shows everything in the theme ${name}, wide and narrow`, async () => {
      const view = await open(theme);
      await view.post(showing(report));
      await view.page.getByText("builds and runs", { exact: true }).waitFor();
      const shots = process.env["MIRAGEOS_SCREENSHOTS"];
      for (const width of [960, 420]) {
        await view.page.setViewportSize({ width, height: 760 });
        assert.equal(await view.probe("contentWidth()"), width);
        assert.deepEqual(await view.probe(`unseen(${JSON.stringify(texts)})`), []);
        if (shots === undefined) continue;
        await mkdir(join(root, shots), { recursive: true });
        await view.page.screenshot({
          path: join(root, shots, `doctor-${name}-${width}.png`),
          fullPage: true,
        });
      }
    });
  }
});
