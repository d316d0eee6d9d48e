import type { ContactBlocks } from '../model.ts';
import { notAllowed, required } from './input/problems.ts';
import type { Optional } from './input/scalar-input.ts';
import type { InputValidator } from './input/validator.ts';

/** Optional texts by their names. */
export type Texts<K extends string> = { readonly [N in K]?: Optional<string> };

const documentTexts = ['memberId', 'number', 'passportNumber', 'personalId', 'type'] as const;

/** An identity document as clients send it. */
export type DocumentInput = Texts<(typeof documentTexts)[number]>;

/** What may be done with the data of a contact, as clients send it. */
export type ConsentInput = { readonly profiling?: Optional<boolean>; readonly personalData?: Optional<boolean> };

/** Parses texts by their names; null means the same as an absent text. */
export function parseTexts<K extends string>(names: readonly K[], given: Texts<NoInfer<K>>, check: InputValidator) {
  const texts: { [N in K]?: string | undefined } = {};
  for (const name of names) texts[name] = check.text(name, given[name]);
  return texts;
}

/** Parses the document of a new contact. */
export function parseDocument(document: DocumentInput, check: InputValidator): ContactBlocks['document'] {
  return parseTexts(documentTexts, document, check);
}

/** Converts the consent of a new contact; what is absent is not sent. */
export function toProcessingData({ profiling, personalData }: ConsentInput): ContactBlocks['processingData'] {
  return { profiling: profiling ?? undefined, processingPersonalData: personalData ?? undefined };
}

/** The problem of a null where the upstream has no request that clears the value. */
export const notClearable = 'This cannot be removed, only replaced.';

/**
 * Parses the document and the consent of an update. [assumed] The upstream replaces each of them as a whole, so that an
 * update must not name a part of the consent only, and clears neither.
 */
export function parseChangedBlocks(
  { document, processingConsent }: { document?: Optional<DocumentInput>; processingConsent?: Optional<ConsentInput> },
  check: InputValidator,
): ContactBlocks {
  return {
    document: document == null ? undefined : parseChangedDocument(document, check.nested('document')),
    processingData:
      processingConsent == null ? undefined : parseChangedConsent(processingConsent, check.nested('processingConsent')),
  };
}

function parseChangedDocument(document: DocumentInput, check: InputValidator): ContactBlocks['document'] {
  if (Object.keys(document).length === 0) check.add([], required('Give at least one field of the document.'));
  for (const name of documentTexts) if (document[name] === null) check.add([name], notAllowed(notClearable));
  return parseTexts(documentTexts, document, check);
}

function parseChangedConsent(consent: ConsentInput, check: InputValidator): ContactBlocks['processingData'] {
  for (const name of ['profiling', 'personalData'] as const) {
    if (consent[name] === null) check.add([name], notAllowed(notClearable));
    if (consent[name] === undefined) check.add([name], required('Give both: the upstream replaces them together.'));
  }
  return toProcessingData(consent);
}
