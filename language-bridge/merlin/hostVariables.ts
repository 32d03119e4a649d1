import {
  buildSystem,
  launcherName,
  projectRoot,
  shimEnv,
  shimVariables,
  type ShimLocation,
} from "./shimFiles.ts";

type Variables = Record<string, unknown>;

/**
 * The variables that connect a server of another extension to the shim: those of `shimEnv`, as long as they
 * change nothing else. On Windows they would make every program of the window a Node process, so there are none.
 */
const variables = (location: ShimLocation, root: string) =>
  location.platform === "win32" ? undefined : shimEnv(location, root);

/** Whether the variables name the shim, also one of an earlier version or another place. */
export function namesShim(env: Readonly<Variables>): boolean {
  const value = env[buildSystem];
  return typeof value === "string" && value.endsWith(launcherName);
}

/** The variables without those of the shim, if they name it. */
export function withoutShim(env: Readonly<Variables>): Variables {
  if (!namesShim(env)) return { ...env };
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !shimVariables.some((each) => each === name)),
  );
}

/**
 * Adds the variables to the environment of this process, from which the OCaml Platform's server inherits
 * them, so that no setting names a path of this computer and nothing is left after an uninstall. Returns
 * false, without a change, if the user has set another build system or the platform has no such variables.
 */
export function addToHost(env: NodeJS.ProcessEnv, location: ShimLocation, root: string): boolean {
  const added = variables(location, root);
  if (!added || (env[buildSystem] !== undefined && !namesShim(env))) return false;
  // A root that the user has set stays.
  const { [projectRoot]: ownRoot, ...others } = added;
  if (namesShim(env) || env[projectRoot] === undefined) env[projectRoot] = ownRoot;
  Object.assign(env, others);
  return true;
}

/** Removes what {@link addToHost} added. */
export function removeFromHost(env: NodeJS.ProcessEnv, location: ShimLocation, root: string): void {
  if (!namesShim(env)) return;
  const added = variables(location, root) ?? {};
  for (const [name, value] of Object.entries(added)) if (env[name] === value) delete env[name];
}
