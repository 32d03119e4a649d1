import assert from "node:assert/strict";
import type { DoctorLineView } from "./messages.ts";
import { summaryOf, toneOf, wordOf } from "./summary.ts";

function line(change: Partial<DoctorLineView>): DoctorLineView {
  const plain = { id: "x", title: "x", detail: "", essential: false, mend: undefined } as const;
  return { ...plain, section: "tools", status: "ready", ...change };
}
const target = (title: string, status: DoctorLineView["status"]) =>
  line({ section: "targets", title, status });

describe("the doctor's summary", () => {
  it("names what every build needs first, and says which of it is only too old", () => {
    const lines = [
      line({ title: "mirage", essential: true, status: "missing" }),
      line({ title: "dune", essential: true, status: "old" }),
      line({ title: "gdb", status: "missing" }),
      target("unix", "missing"),
    ];
    assert.equal(summaryOf(lines), "Needed before anything can be built: mirage, dune (too old).");
  });

  it("names the ready targets, else those that build, else none", () => {
    const some = [
      target("unix", "ready"),
      target("hvt", "limited"),
      target("spt", "ready"),
      target("xen", "missing"),
    ];
    assert.equal(summaryOf(some), "Builds and runs here: unix, spt.");
    assert.equal(summaryOf(some.slice(1, 2)), "Builds, but does not run here: hvt.");
    assert.equal(summaryOf(some.slice(3)), "The tools are here, but no target is ready yet.");
  });

  it("is alarmed by essential tools only", () => {
    assert.equal(toneOf(line({ essential: true, status: "missing" })), "bad");
    assert.equal(toneOf(line({ status: "missing" })), "absent");
    assert.equal(toneOf(line({ status: "old" })), "doubtful");
    assert.equal(wordOf(line({ status: "old" })), "too old");
    assert.equal(wordOf(target("hvt", "missing")), "not ready");
    assert.equal(wordOf(line({ status: "missing" })), "missing");
  });
});
