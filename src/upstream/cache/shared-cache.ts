/**
 * What replicas share of what they have read, and by which they tell each other what was written. It may fail at any
 * time; then it is empty, soon, and nobody is told anything. Tags and keys go by names that tell nothing of them.
 */
export type SharedCache = {
  /** What a tag is called here. */
  hashTag(tag: string): string;
  /**
   * A read begins.
   *
   * @param isWanted whether what is kept is of any use, or only what is read now shall be kept
   */
  startRead(name: string, key: string, isWanted: boolean): Promise<SharedCacheRead>;
  /** Drops what is kept, and tells the other replicas; resolves when that is done, or cannot be done now. */
  invalidate(name: string): Promise<void>;
  /** Begins to listen to the other replicas. */
  listen(listener: SharedCacheListener): void;
  /** Whether nothing that they forget now is missed. While it is, this replica's memory is not to be trusted. */
  isListening(): boolean;
  close(): void;
};

export type SharedCacheListener = {
  /** Another replica has forgotten this. */
  onInvalidated(name: string): void;
  /** It begins to hear, or does so again: whatever was forgotten before may have been missed. */
  onListening(): void;
};

/** A read in progress. What was begun before its tag was forgotten, by whomever, is not kept. */
export type SharedCacheRead = {
  readonly found: { readonly bytes: Buffer; readonly ageMs: number } | undefined;
  /** @param lifeMs how long it is of use, from now */
  store(bytes: Buffer, ageMs: number, lifeMs: number): Promise<void>;
  drop(): Promise<void>;
};
