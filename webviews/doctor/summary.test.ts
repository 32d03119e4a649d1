import assert from "node:assert/strict";
import type { DoctorLineView } from "../../extension/protocol/doctor.ts";
import { summaryOf, reportTone, statusLabel } from "./summary.ts";

function line(change: Partial<DoctorLineView>): DoctorLineView {
  const plain = { id: "x", title: "x", detail: "", essential: false, needed: true, fix: undefined } as const;
  return { ...plain, section: "tools", status: "ready", ...change };
}
const target = (title: string, status: DoctorLineView["status"]) =>
  line({ section: "targets", title, status });

describe("summary of MirageOS Setup", () => {
  it("names the missing and outdated essential tools first", () => {
    const lines = [
      line({ title: "mirage", essential: true, status: "missing" }),
      line({ title: "dune", essential: true, status: "old" }),
      line({ title: "gdb", status: "missing" }),
      target("unix", "missing"),
    ];
    assert.equal(summaryOf(lines), "Required before anything can be built: mirage, dune (too old).");
  });

  it("names the targets that are ready, else those that only build", () => {
    const some = [
      target("unix", "ready"),
      target("hvt", "limited"),
      target("spt", "ready"),
      target("xen", "missing"),
    ];
    assert.equal(summaryOf(some), "Ready to build and run: unix, spt.");
    assert.equal(summaryOf(some.slice(1, 2)), "Ready to build, but not to run here: hvt.");
    assert.equal(summaryOf(some.slice(3)), "The tools are installed, but no target is ready yet.");
  });

  it("marks only essential tools as bad", () => {
    assert.equal(reportTone(line({ essential: true, status: "missing" })), "bad");
    assert.equal(reportTone(line({ status: "missing" })), "absent");
    assert.equal(reportTone(line({ status: "old" })), "doubtful");
    assert.equal(statusLabel(line({ status: "old" })), "too old");
    assert.equal(statusLabel(target("hvt", "missing")), "not ready");
    assert.equal(statusLabel(line({ status: "missing" })), "missing");
  });
});
