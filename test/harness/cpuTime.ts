/**
 * Returns the CPU time of this process in milliseconds. Unlike elapsed time, it does not include the work of
 * other processes.
 */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
