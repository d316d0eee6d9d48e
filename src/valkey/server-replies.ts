/** Whether a server refuses `SELECT`: ioredis would continue in database 0, which may have the data of another application. */
export function isDatabaseRefusal(error: unknown): boolean {
  return error instanceof Error && /DB index|invalid DB|SELECT is not allowed/i.test(error.message);
}

/** Whether a reply is one of a cluster: a node answers for some keys and refuses others. */
export function isClusterReply(error: unknown): boolean {
  return error instanceof Error && /^(MOVED|ASK|CLUSTERDOWN|TRYAGAIN|CROSSSLOT)\b/.test(error.message);
}
