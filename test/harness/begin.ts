/** The line that the test runner inside VS Code prints first: what follows is the tests' own output. */
export const testsBegin = "Running the integration tests.";
