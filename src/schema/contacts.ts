import { type GraphQLResolveInfo, Kind } from 'graphql';
import { type ContactsArgs, contacts, defaultOrder, parseContactsArgs } from '../resolvers/contacts.ts';
import { requiresScope } from './access.ts';
import { builder } from './builder.ts';
import { type CountCalls, contactsWithIds, costs, readProfiles } from './call-cost.ts';
import { bidirectionalArgs, connectionOf, edgeOf } from './connection.ts';
import { ContactRef } from './contact.ts';
import { ContactFilter } from './contact-filter.ts';
import { ContactOrder } from './contact-order.ts';
import { selectedBranchesOfRows } from './look-ahead.ts';
import { nullOnlyOnError } from './semantic-non-null.ts';

/** Removes the default of `first` from the arguments of a page that has `last` and no `first` of its own. */
function withoutDefaultSize<A extends ContactsArgs>(
  args: A,
  { fieldNodes, variableValues }: Pick<GraphQLResolveInfo, 'fieldNodes' | 'variableValues'>,
): A {
  if (args.last == null) return args;
  const size = fieldNodes[0]?.arguments?.find(({ name }) => name.value === 'first')?.value;
  const isGiven = size?.kind === Kind.VARIABLE ? size.name.value in variableValues.coerced : size !== undefined;
  return isGiven ? args : { ...args, first: undefined };
}

/** The reference to the edge of the list of contacts. */
export const ContactEdge = edgeOf(ContactRef, 'contacts');

const ContactConnection = connectionOf(ContactRef, 'contacts', ContactEdge);

const countPage: CountCalls<ContactsArgs> = (calls, args, _on, node) => {
  const { variableValues } = calls;
  const page = withoutDefaultSize(args, { fieldNodes: [node], variableValues });
  const { size, selection } = parseContactsArgs(page, calls);
  if (selection.cids !== undefined) {
    const { count } = readProfiles(calls, contactsWithIds(selection.cids));
    return calls.unknownContacts(Math.min(size, count), 'profile');
  }
  calls.add(selection.queries.length);
  return calls.unknownContacts(size, 'row');
};

builder.queryFields((t) => ({
  contacts: t.field({
    type: ContactConnection,
    description:
      'The contacts of your organization. Page with `after: pageInfo.endCursor`, keeping all other arguments.',
    args: {
      ...bidirectionalArgs(t.arg),
      filter: t.arg({
        type: ContactFilter,
        description:
          'Which contacts; every condition must hold. A page costs an upstream call for each combination of several values, and for each of `ids`.',
      }),
      orderBy: t.arg({
        type: ContactOrder,
        description: "In which order; by default those created last come first. Null is the upstream's own order.",
        defaultValue: defaultOrder,
      }),
    },
    extensions: {
      ...nullOnlyOnError,
      ...requiresScope('customer_read'),
      ...costs(
        '1; with several values of conditions, 1 for each combination; with ids, 1 for each',
        countPage,
        'contacts',
        'contact',
      ),
    },
    resolve: (_root, args, context, info) =>
      contacts(withoutDefaultSize(args, info), selectedBranchesOfRows(info, context), context),
  }),
}));
