import { contactExists, contactsExist, type ExistenceEntry } from '../resolvers/contact-existence.ts';
import { builder } from './builder.ts';
import { ContactBy, contactAccess } from './contact.ts';

const ContactExistence = builder.objectRef<ExistenceEntry>('ContactExistence').implement({
  description:
    'Whether a contact exists. Where that cannot be found out, each selected field is null and has an error, and the other entries of the list stand.',
  fields: (t) => ({
    exists: t.boolean({
      description: 'Whether at least one contact matches.',
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

builder.queryFields((t) => ({
  contactExists: t.boolean({
    description: 'Whether at least one contact matches.',
    args: { by: t.arg({ type: ContactBy, required: true, description: 'Which contact.' }) },
    extensions: contactAccess,
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
    extensions: contactAccess,
    resolve: (_root, args, context) => contactsExist(args.by, context),
  }),
}));
