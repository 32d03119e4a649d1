/**
 * Limits of tests, in milliseconds. They end hanging tests and do not measure time, so a busy computer must
 * not reach them.
 */

/** Limit of a test or a hook. */
export const testMs = 600_000;

/**
 * How often a failed test with a window or a page is repeated. Browsers and VS Code have races of their own,
 * such as a focus that another part takes. `npm test` lists each test that passed at the second attempt only.
 */
export const windowRetries = 1;

/** Limit of an event that takes a fraction of a second on an idle computer. */
export const shortMs = 120_000;

/** Limit of an event that follows a build. */
export const buildMs = 300_000;
