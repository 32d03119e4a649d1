import assert from "node:assert/strict";
import { consoleRun, type ConsoleProject } from "./consoleRun.ts";

const ticker: ConsoleProject = {
  id: "/w/ticker/config.ml",
  name: "ticker",
  state: { configured: { target: "hvt" } },
};
const subject = { host: "prod", name: { path: ["dev"], label: "ticker" }, projects: [ticker] };
const build = { unikernel: ticker.id, builtAt: 1 };

describe("The session of a console on a host", () => {
  it("has the target of the build that runs there, not of the last configuration", () => {
    assert.equal(consoleRun({ ...subject, build: { ...build, target: "spt" } }).target, "spt");
  });

  it("claims no target of an image that was not built here", () => {
    assert.deepEqual(consoleRun({ ...subject, name: { path: ["dev"], label: "other" } }), {
      name: "dev:other (prod)",
      unikernel: "albatross:prod/dev:other",
      target: "solo5",
      onHost: true,
    });
    const sameName = consoleRun(subject);
    assert.equal(sameName.unikernel, ticker.id);
    assert.equal(sameName.target, "solo5");
  });

  it("has the configured target of a unikernel that was just sent", () => {
    const name = { path: [], label: "renamed" };
    const run = consoleRun({ ...subject, name, deployed: ticker.id });
    assert.deepEqual([run.unikernel, run.target, run.name], [ticker.id, "hvt", "renamed (prod)"]);
  });
});
