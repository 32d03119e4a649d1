/** The name of the file with boot tests, next to config.ml. */
export const bootTestsFile = "boot-tests.json";
/** The files with boot tests of a workspace, as a glob pattern. */
export const bootTestsPattern = `**/${bootTestsFile}`;
