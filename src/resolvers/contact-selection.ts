import { BadUserInput } from '../errors.ts';
import type { ContactQuery, ContactSelection } from '../model.ts';
import { type ContactFilter, type ContactOrder, parseContactQuery } from './contact-filter.ts';
import { decodeContactId } from './input/global-id.ts';
import { notAllowed } from './input/problems.ts';
import { type Optional, type ScalarInput, unwrapScalarInput } from './input/scalar-input.ts';
import { parseText } from './input/text.ts';
import type { InputValidator } from './input/validator.ts';

/** The most values of one condition, and the most combinations of values: each is an upstream call for each page. */
const maxCombinations = 20;

/** The conditions that may have several values: the name for one, and the name for several. */
const multipleConditions = [
  ['signupMethod', 'signupMethods'],
  ['email', 'emails'],
  ['phone', 'phones'],
  ['username', 'usernames'],
  ['extId', 'extIds'],
  ['extProp1', 'extProps1'],
  ['extProp2', 'extProps2'],
] as const;

/**
 * Converts a filter and an order into the queries of the list endpoint, whose union is the list. The upstream takes one value
 * for each condition, so there is one query for each combination of values. Ids replace all conditions.
 *
 * @param validator of the arguments of the field
 */
export function parseContactSelection(
  filter: Optional<ContactFilter>,
  order: Optional<ContactOrder>,
  validator: InputValidator,
): ContactSelection {
  const filterValidator = validator.nested('filter');
  const query = parseContactQuery(filter, order, filterValidator);
  if (filter == null) return { queries: [query] };
  if (filter.ids != null) return parseIds(filter.ids, filter, query, order, validator);
  let queries: readonly ContactQuery[] = [query];
  for (const [one, several] of multipleConditions) {
    const values = parseValues(filter, one, several, filterValidator);
    if (values === undefined) continue;
    queries = queries.flatMap((each) => values.map((value) => ({ ...each, [one]: value })));
    if (queries.length > maxCombinations) {
      filterValidator.add([several], tooManyCombinations());
      return { queries: [query] };
    }
  }
  if (queries.length > 1 && !isByTime(order)) {
    validator.add(['orderBy'], notAllowed(`With several values, order by ${timeOrders}.`));
  }
  const [first = query, ...more] = queries;
  return { queries: [first, ...more] };
}

/** Returns the different values of a condition, sorted, so that their order makes no difference to a cursor. */
function parseValues(
  filter: ContactFilter,
  one: (typeof multipleConditions)[number][0],
  several: (typeof multipleConditions)[number][1],
  validator: InputValidator,
): readonly string[] | undefined {
  const values = filter[several];
  if (values != null && filter[one] != null) {
    return validator.add([several], notAllowed(`Use "${one}" or "${several}", not both.`));
  }
  const parse = (value: ScalarInput<string>) => parseText(unwrapScalarInput<string>(value));
  const parsed = validator.list<ScalarInput<string>, string>(several, values, { min: 1, max: maxCombinations }, parse);
  return parsed && [...new Set(parsed)].sort();
}

/** The orders in which a contact's place is known by its own value, so that the rows of several queries can be merged. */
function isByTime(order: Optional<ContactOrder>): boolean {
  return order?.field === 'created' || order?.field === 'created_absolute' || order?.field === 'modified_absolute';
}

function tooManyCombinations(): BadUserInput {
  return new BadUserInput(`Use at most ${maxCombinations} combinations of values in all.`, {
    reason: 'TOO_MANY',
    params: { min: 1, max: maxCombinations },
  });
}

/** The gateway sorts the contacts itself, so it accepts only the orders that it knows, and the order of the ids. */
function parseIds(
  ids: readonly string[],
  filter: ContactFilter,
  query: ContactQuery,
  order: Optional<ContactOrder>,
  validator: InputValidator,
): ContactSelection {
  const conditions = Object.entries(filter).filter(([name, value]) => name !== 'ids' && value != null);
  if (conditions.length > 0) {
    validator.add(
      ['filter', 'ids'],
      notAllowed('Use "ids" without other conditions: they cannot be checked for one contact.'),
    );
  }
  if (order != null && !isByTime(order)) {
    validator.add(['orderBy'], notAllowed(`With ids, order by ${timeOrders}, or null for the order of the ids.`));
  }
  const cids = validator.nested('filter').list('ids', ids, { min: 1, max: 100 }, decodeContactId);
  return { queries: [{ sort: query.sort }], cids: [...new Set(cids)] };
}

const timeOrders = 'CREATED, CREATED_ABSOLUTE or MODIFIED_ABSOLUTE';
