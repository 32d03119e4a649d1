/** The programs that run a command as root, in the order in which they are offered. */
export const elevators = ["sudo", "doas", "pkexec"] as const;

/**
 * Those of the installed programs that can run a command as root from a terminal. pkexec prompts for the password in a
 * window of the desktop: in a session without one, such as over SSH, it refuses every password.
 */
export function usableElevators(
  installed: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const hasDesktop = Boolean(env["DISPLAY"]) || Boolean(env["WAYLAND_DISPLAY"]);
  return elevators.filter((name) => installed.includes(name) && (name !== "pkexec" || hasDesktop));
}
