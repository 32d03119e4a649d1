/** Shells in which VS Code can enable its shell integration (VS Code manual, "Terminal Shell Integration"). */
const integrated = /^(?:bash|zsh|fish|pwsh|powershell)(?:-[\d.]+)?(?:\.exe)?$/i;

const integratedMs = 20_000;
const otherMs = 2000;

/**
 * The longest time, in milliseconds, to wait for a new terminal's shell to report its prompt to VS Code. A shell
 * with integration reports it even if its start files are slow, so its limit only matters if those files break
 * the integration. A shell without integration never reports it.
 */
export function readyLimitMs(shell: string, integration: boolean): number {
  const name = shell.split(/[\\/]/).at(-1) ?? "";
  return integration && integrated.test(name) ? integratedMs : otherMs;
}
