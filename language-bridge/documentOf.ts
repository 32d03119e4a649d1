/** The document that a message of the language server protocol is about; undefined for one about none. */
export function documentOf(params: unknown): string | undefined {
  const document = field(params, "textDocument");
  const uri = field(document, "uri");
  return typeof uri === "string" ? uri : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
