/** The port of albatross-tls-endpoint. */
export const defaultPort = 1025;
