import assert from "node:assert/strict";
import { createHeldReports } from "./heldReports.ts";

const file = "/w/hello/config.ml";
const report = ["Unbound module Mirage", "Syntax error"];

describe("Reports about a file whose settings are not known yet", () => {
  it("show only what is certain, until the server reports again with the settings", () => {
    const reports = createHeldReports<string>((message) => message === "Syntax error");
    const shown: string[][] = [];
    const receive = (all: string[]) => reports.receive(file, all, (each) => shown.push(each));
    reports.hold(file);
    receive(report);
    reports.release(file, true);
    receive([]);
    assert.deepEqual(shown, [["Syntax error"], []]);
  });

  it("are shown as they are if there are no settings", () => {
    const reports = createHeldReports<string>(() => false);
    const shown: string[][] = [];
    reports.hold(file);
    reports.receive(file, report, (each) => shown.push(each));
    reports.release(file, false);
    reports.release(file, false);
    assert.deepEqual(shown, [[], report]);
  });

  it("do not hold back those about other files", () => {
    const reports = createHeldReports<string>(() => false);
    const shown: string[][] = [];
    reports.hold(file);
    reports.receive("/w/hello/unikernel.ml", report, (each) => shown.push(each));
    assert.deepEqual(shown, [report]);
  });
});
