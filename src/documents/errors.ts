import { PublicError } from '../errors.ts';

/**
 * A request that names a stored document, where the gateway stores none. Clients recognize the message and the code of this
 * error and of the next one, which Apollo Server defined, and send the whole document.
 */
export class PersistedQueryNotSupported extends PublicError {
  readonly code = 'PERSISTED_QUERY_NOT_SUPPORTED';

  constructor() {
    super('PersistedQueryNotSupported');
  }
}

/** A request that names a stored document which the gateway does not have. */
export class PersistedQueryNotFound extends PublicError {
  readonly code = 'PERSISTED_QUERY_NOT_FOUND';

  constructor() {
    super('PersistedQueryNotFound');
  }
}

/** A document that is none of the trusted ones, where only these are executed. */
export class DocumentNotTrusted extends PublicError {
  readonly code = 'DOCUMENT_NOT_TRUSTED';

  constructor() {
    super(
      'Only the documents that were registered for this gateway are executed. Send the text or the id of one of them.',
    );
  }
}
