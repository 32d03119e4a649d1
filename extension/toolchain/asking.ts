/** What asks the tools of a switch; loaded together with the first question, for at start-up nobody asks. */
export { detectLate, detectTool, detectTools } from "./detect.ts";
export { commandIn, currentSwitch, listSwitches, readEnvironment } from "./environment.ts";
export { basicsReady } from "./readiness.ts";
export { chooseSwitch, findLocalSwitch } from "./switches.ts";
export { tools } from "./tools.ts";
