/** What the primary process sends to a worker. */
export type PrimaryMessage = {
  type: 'stop';
  /** Whether another worker has taken its place: the gateway stays ready, and the port stays open. */
  isReplaced: boolean;
};

/** What a worker sends to the primary process: it serves requests on this URL, or it cannot start. */
export type WorkerMessage = { type: 'listening'; url: string } | { type: 'failed'; problems: readonly string[] };
