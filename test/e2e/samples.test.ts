/** Tests that share one window with the sample projects, since a window takes more CPU time than most tests. */
import { programsFirst, type Programs } from "./programs.ts";
import { testBreakpoint } from "./samples/breakpoint.ts";
import { testFailures } from "./samples/failures.ts";
import { testGetStarted } from "./samples/getStarted.ts";
import { testLanguage } from "./samples/language.ts";
import { testLogs } from "./samples/logs.ts";
import { testMainJob } from "./samples/mainJob.ts";
import type { SamplesWindow } from "./samples/samplesWindow.ts";
import { testStartDebugging } from "./samples/startDebugging.ts";
import { openSession, type Session } from "./session.ts";
import { settings as walkthroughSettings } from "./walkthrough.ts";

describe("A window with the sample projects", () => {
  let programs: Programs;
  let session: Session;
  const window: SamplesWindow = { session: () => session, programs: () => programs };

  before(async () => {
    programs = await programsFirst({
      mirage: '[ "$1" = configure ] && [ -e "$FOLDER/hang" ] && export MIRAGEOS_STANDIN_BEHAVIOUR=hang',
    });
    // A saved config.ml is compiled, which would report further errors of an edit that is not finished.
    session = await openSession({
      env: programs.env,
      settings: { ...walkthroughSettings, "files.autoSave": "off" },
    });
    await session.page.getByRole("tab", { name: "MirageOS" }).first().click();
  });
  after(async () => {
    await session?.close();
    await programs?.remove();
  });

  // The first tests need a window in which no unikernel has been selected, and the last ones leave unsaved files.
  testStartDebugging(window);
  testBreakpoint(window);
  testMainJob(window);
  testLogs(window);
  testGetStarted(window);
  testFailures(window);
  testLanguage(window);
});
