/** One GraphQL request of the soak test: a POST with a JSON body. */
export type SoakRequest = {
  /** The JSON text. */
  readonly body: string;
  /** Headers in addition to `content-type`; `authorization` replaces the token of the run. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** The data of the running upstream that the generators need. */
export type SoakTarget = {
  /** The organization that the token belongs to. */
  readonly organizationId: string;
  /** An access token that the gateway accepts. */
  readonly token: string;
  /** Cursors of contacts, for requests that begin in the middle of the list. */
  readonly cursors: readonly string[];
};

/** A family of distinct requests: `make` returns a different one for each index. */
export type SoakKind = {
  readonly name: string;
  /** How the gateway knows its callers; by default by their own tokens of the upstream. */
  readonly gateway?: 'jwt' | 'sessions';
  /** Whether its requests never carry the token of the run. */
  readonly isAnonymous?: boolean;
  readonly make: (index: number, target: SoakTarget) => SoakRequest;
};
