import type { ContactBy as ContactKey } from '../resolvers/contact.ts';
import { contactExists, contactsExist, type ExistenceEntry, existenceCalls } from '../resolvers/contact-existence.ts';
import { builder } from './builder.ts';
import { type CountCalls, costs, readCost } from './call-cost.ts';
import { ContactBy, contactAccess } from './contact.ts';
import { nullOnlyOnError } from './semantic-non-null.ts';

const ContactExistence = builder.objectRef<ExistenceEntry>('ContactExistence').implement({
  description:
    'Whether a contact exists. Where that cannot be found out, each selected field is null and has an error, and the other entries of the list stand.',
  fields: (t) => ({
    exists: t.boolean({
      description: 'Whether at least one contact matches.',
      extensions: nullOnlyOnError,
      resolve: async (entry) => (await entry.find()).exists,
    }),
    cid: t.id({
      description: "The upstream's own id of a contact that matches; null without one.",
      resolve: async (entry) => (await entry.find()).cid,
    }),
    extId: t.string({
      description: 'The external id of a contact that matches; null where it has none.',
      resolve: async (entry) => (await entry.find()).extId,
    }),
  }),
});

/** An invalid key makes no call, and the other ones do. */
const countKeys: CountCalls<{ by: readonly ContactKey[] }> = (calls, { by }) => {
  for (const name of existenceCalls(by)) calls.addOnce(name);
  return undefined;
};

const countKey: CountCalls<{ by: ContactKey }> = (calls, { by }) => {
  for (const name of existenceCalls([by])) calls.addOnce(name);
  return undefined;
};

builder.queryFields((t) => ({
  contactExists: t.boolean({
    description: `Whether at least one contact matches. ${readCost}`,
    args: { by: t.arg({ type: ContactBy, required: true, description: 'Which contact.' }) },
    extensions: {
      ...contactAccess,
      ...costs('1 for each distinct key', countKey, 'contactExists'),
      ...nullOnlyOnError,
    },
    resolve: (_root, args, context) => contactExists(args.by, context),
  }),
  contactsExist: t.field({
    type: [ContactExistence],
    nullable: { list: false, items: false },
    description:
      'Whether contacts exist, in the order of the keys. It costs an upstream call for each distinct key. An invalid key has errors of its own, and the other entries stand.',
    args: {
      by: t.arg({ type: [ContactBy], required: true, description: 'Which contacts; at most 100 keys.' }),
    },
    extensions: { ...contactAccess, ...costs('1 for each distinct key', countKeys, 'contactExists') },
    resolve: (_root, args, context) => contactsExist(args.by, context),
  }),
}));
