/**
 * Limits of tests, in milliseconds. They end what hangs and measure nothing: a computer whose cores are
 * busy with other work must not reach them.
 */

/** A test or a hook. */
export const testMs = 600_000;

/** Something awaited that takes a fraction of a second on an idle computer. */
export const shortMs = 120_000;

/** Something awaited that includes a build. */
export const buildMs = 300_000;
