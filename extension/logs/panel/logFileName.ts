/** Characters of names, at most four bytes each in UTF-8: file systems allow 255 bytes. */
const maxLength = 60;

/** The file name that is proposed for the saved records of a session. The names of hosts and paths have colons. */
export function logFileName({ name, target }: { readonly name: string; readonly target: string }): string {
  const whole = target === "" ? name : `${name}-${target}`;
  const short = Array.from(whole).slice(0, maxLength).join("");
  // https://learn.microsoft.com/windows/win32/fileio/naming-a-file
  return `${short.replaceAll(/[\\/:*?"<>|\0-\x1f]+/g, "-")}.log`;
}
