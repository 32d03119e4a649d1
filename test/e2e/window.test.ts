import assert from "node:assert/strict";
import { offersCommand, screenshot, waitForCommand, waitForText } from "./driver.ts";
import { openSession, type Session } from "./session.ts";

describe("the packaged extension in a window", () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(() => session.close());

  it("offers its commands in the palette", async () => {
    await waitForText(session.page, "hello-key");
    await waitForCommand(session.page, "MirageOS: Check Setup");
    assert.ok(
      !(await offersCommand(session.page, "MirageOS: Stop", 2000)),
      "nothing runs that could be stopped",
    );
    await screenshot(session.page, "e2e-window");
  });
});
