/**
 * Escapes an argument for mirage-bootvar. Solo5 passes all arguments to the guest as one string, and
 * mirage-bootvar splits it at spaces, with `\` and `"` as quotes (its `parse_argv`). On Unix mirage-bootvar
 * joins the arguments itself first. Without escaping, an argument with a space becomes two.
 */
export function escapeForSolo5(argument: string): string {
  return argument.replace(/[\\" ]/g, String.raw`\$&`);
}

/** The arguments that a guest receives if its tender gets these: the words of mirage-bootvar's `parse_argv`. */
export function guestArguments(tenderArguments: readonly string[]): readonly string[] {
  const words = tenderArguments.join(" ").match(/(?:\\[^]|"(?:[^"\\]|\\[^])*"|[^ "\\])+/g) ?? [];
  return words.map((word) => word.replace(/\\([^])|"/g, "$1"));
}
