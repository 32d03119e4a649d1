/** What tools for language models do with hosts. All return text for the model, or throw an Error with advice. */
export interface HostTools {
  readonly list: () => Promise<string>;
  readonly console: (host: string | undefined, name: string | undefined, count: number) => Promise<string>;
  /** `id` is that of a unikernel of the workspace. */
  readonly deploy: (id: string, host: string | undefined, signal: AbortSignal) => Promise<string>;
  readonly restart: (
    host: string | undefined,
    name: string | undefined,
    signal: AbortSignal,
  ) => Promise<string>;
}
