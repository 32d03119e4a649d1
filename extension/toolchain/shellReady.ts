/** Shells into which VS Code puts its shell integration (its manual, "Terminal Shell Integration"). */
const integrated = /^(?:bash|zsh|fish|pwsh|powershell)(?:-[\d.]+)?(?:\.exe)?$/i;

const integratedMs = 20_000;
const otherMs = 2000;

/**
 * How long to wait, in milliseconds, for a new terminal's shell to tell VS Code that it is at its prompt.
 * What is typed before that, the terminal shows and the shell's line editor shows again. A shell with
 * integration tells it however slow its start files are, so the limit is only for one whose files
 * break that; one without never tells it.
 */
export function readyLimitMs(shell: string, integration: boolean): number {
  const name = shell.split(/[\\/]/).at(-1) ?? "";
  return integration && integrated.test(name) ? integratedMs : otherMs;
}
