/** The folder in which the scripts record what they changed. Linux empties `/run` at each start. */
export const stateFolder = "/run/mirageos";
