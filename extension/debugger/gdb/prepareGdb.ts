import type { GdbClient } from "./gdbClient.ts";
import { miString, miTuples } from "./miRecords.ts";

/**
 * Sets gdb up for a unikernel and runs the user's own commands. `print` receives what these print, and why one of them
 * failed.
 */
export async function prepareGdb(
  gdb: GdbClient,
  userCommands: readonly string[],
  print: (text: string) => void,
): Promise<void> {
  await Promise.all([
    ...initialCommands.map((command) => gdb.send(command).catch(() => undefined)),
    ...signalCommands.map((command) => gdb.console(command).catch(() => undefined)),
  ]);
  for (const command of userCommands)
    print(await gdb.console(command).catch((error: Error) => `${error.message}\n`));
}

/** Settings of gdb. Those that an old version does not know are left out. */
const initialCommands = [
  // Separate debug information is that of the system's libraries, such as libc's, and takes gdb longer than the program.
  '-gdb-set debug-file-directory ""',
  "-gdb-set mi-async on",
  "-gdb-set debuginfod enabled off",
  "-gdb-set confirm off",
  "-gdb-set pagination off",
  "-gdb-set style enabled off",
  "-gdb-set print thread-events off",
  "-gdb-set language c",
  "-gdb-set breakpoint pending off",
  "-gdb-set disassembly-flavor att",
];

/** Only signals that say that the program is broken stop it. The others reach it as without gdb. */
const signalCommands = [
  "handle all nostop noprint pass",
  "handle SIGSEGV SIGBUS SIGILL SIGFPE SIGABRT SIGSYS stop print pass",
];

/** The full names of the source files in the line tables. */
export async function sourceFiles(gdb: GdbClient): Promise<readonly string[]> {
  const result = await gdb.send("-file-list-exec-source-files").catch(() => undefined);
  const names = miTuples(result, "files").map((file) => miString(file, "fullname"));
  return [...new Set(names.filter((name) => name !== undefined))];
}
