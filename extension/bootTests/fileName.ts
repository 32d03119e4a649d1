/** The name of the file with boot tests, next to config.ml. */
export const bootTestsFile = "boot-tests.json";
/** The files of a workspace that define tests, as a glob pattern. */
export const testsPattern = `**/{${bootTestsFile},dune,dune-project,*.t}`;
