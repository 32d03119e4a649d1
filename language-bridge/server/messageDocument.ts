/** The URI of the document that the parameters of an LSP message name; undefined if they name none. */
export function messageDocument(params: unknown): string | undefined {
  const document = field(params, "textDocument");
  const uri = field(document, "uri");
  return typeof uri === "string" ? uri : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
