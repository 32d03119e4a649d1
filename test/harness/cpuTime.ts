/** Milliseconds of computing so far: unlike the clock's, others' work is not in them. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
