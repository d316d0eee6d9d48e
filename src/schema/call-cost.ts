/** The end of the description of a field that is read with a call of its own for each contact. */
export const branchCost = 'In a list it costs an upstream call for each contact.';

/** The end of the description of a field that rows of a list may lack. */
export const profileCost =
  'In a list it costs an upstream call for each contact, one for all fields of this kind together.';

/** The end of the description of the contact of an event. */
export const eventContactCost = 'In a list of events it costs an upstream call for each different contact.';
