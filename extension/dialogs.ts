/**
 * Everything that begins with a question to the user. One module, loaded with the first question: apart, the
 * bundler would cut the package into a hundred small files.
 */
export { addDevContainer } from "./guide/vscode/addDevContainer.ts";
export { installTools } from "./guide/vscode/installTools.ts";
export { showHostCommands } from "./launch/vscode/askDevices.ts";
export { pickBootArguments } from "./launch/vscode/bootArguments.ts";
export { configureWithOptions } from "./pipeline/vscode/optionsForm.ts";
export { reportIssue } from "./report/vscode/reportIssue.ts";
export { addDevice } from "./scaffold/vscode/addDevice.ts";
export { cloneSkeleton } from "./scaffold/vscode/clone.ts";
export { newUnikernel } from "./scaffold/vscode/newUnikernel.ts";
export { goOnAfterOpening } from "./scaffold/vscode/open.ts";
export { selectSwitch } from "./toolchain/vscode/switchPicker.ts";
export { selectTarget } from "./toolchain/vscode/targetPicker.ts";
