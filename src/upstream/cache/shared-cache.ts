/**
 * The cache that all replicas share, through which they also send each other invalidations. If its server fails, the cache
 * behaves as an empty one, after a short time, and throws no error. Tags and keys are hashed before they leave the process.
 */
export type SharedCache = {
  /** Returns the hash under which a tag is stored. */
  hashTag(tag: string): string;
  /**
   * Starts a read.
   *
   * @param hashedTag the result of `hashTag`
   * @param isWanted whether a cached response is looked up, or only the new one will be stored
   */
  startRead(hashedTag: string, key: string, isWanted: boolean): Promise<SharedCacheRead>;
  /** Invalidates a tag here and on the other replicas. Resolves also if that has to be repeated later. */
  invalidate(hashedTag: string): Promise<void>;
  /** Starts to receive the invalidations of the other replicas. */
  listen(listener: SharedCacheListener): void;
  /** Whether the invalidations of other replicas arrive. While they do not, the memory of this replica may be outdated. */
  isListening(): boolean;
  /** Closes the subscription. */
  close(): void;
};

/** Receives what happens on other replicas. */
export type SharedCacheListener = {
  /** Another replica has invalidated this tag. */
  onInvalidated(hashedTag: string): void;
  /** The subscription is up, for the first time or again: earlier invalidations may have been missed. */
  onListening(): void;
};

/** A pending read. Its response is not stored if any replica has invalidated the tag since the read started. */
export type SharedCacheRead = {
  /** The cached response, if there is one. */
  readonly found: { readonly bytes: Buffer; readonly ageMs: number } | undefined;
  /** Stores a response. @param lifeMs how long it may be used, from now */
  store(bytes: Buffer, ageMs: number, lifeMs: number): Promise<void>;
  /** Drops the cached response. */
  drop(): Promise<void>;
};
