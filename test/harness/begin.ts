/** The first line that the test runner in VS Code prints. All later lines are output of the tests. */
export const testsBegin = "Running the integration tests.";
