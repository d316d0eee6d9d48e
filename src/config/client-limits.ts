/** How much of the process's memory and sockets all clients together may use. */
export type ClientLimits = {
  /** Open connections at once; further ones are closed as soon as they are accepted. */
  maxConnections: number;
  /** How long a client may take nothing of its answer, in ms. */
  writeTimeoutMs: number;
  /** Bytes of all request bodies that are held together. */
  maxBodiesBytes: number;
  /** Bytes of all answers that are written and not taken by their clients. */
  maxUnsentBytes: number;
};

/**
 * For a container of 512 MB with a heap of 256 MB. An idle connection that has sent one request takes 8 kB of resident
 * memory (9,000 of them, Node 24), so the most connections take 83 MB.
 */
export const defaultClientLimits: ClientLimits = {
  maxConnections: 10_000,
  writeTimeoutMs: 30_000,
  maxBodiesBytes: 16 * 2 ** 20,
  maxUnsentBytes: 48 * 2 ** 20,
};
