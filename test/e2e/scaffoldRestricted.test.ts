import { buildMs } from "../harness/limits.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import {
  answerNewUnikernel,
  choose,
  clickButton,
  runCommand,
  trustWorkspace,
  waitForText,
  waitForTreeItem,
} from "./driver.ts";
import { openSession, type Session } from "./session.ts";

describe("A new unikernel in Restricted Mode", function () {
  let place: Awaited<ReturnType<typeof temporaryFolder>>;
  let session: Session;
  before(async () => {
    place = await temporaryFolder("mirageos-untrusted-");
    session = await openSession({ folder: place.path, trust: false });
  });
  after(async () => {
    await session.close();
    await place.remove();
  });

  it("is written, and can be configured when the workspace is trusted", async () => {
    const { page } = session;
    await runCommand(page, "MirageOS: New Unikernel…");
    await answerNewUnikernel(page, { template: "Hello", folder: / This folder \(/, target: "unix" });
    await choose(page, / Create$/);
    await waitForText(page, "Created hello. To build it, trust this workspace.");
    await trustWorkspace(page);
    await waitForText(page, "Created hello. Build and run it for unix now?");
    await clickButton(page, "Configure");
    await page.getByRole("tab", { name: "MirageOS" }).first().click();
    await waitForTreeItem(page, /^hello, unix, configured/, buildMs);
  });
});
