import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { contactByCid } from '../resolvers/contact.ts';
import type { UserError } from '../resolvers/input/validator.ts';
import type { Payload, WrittenContact } from '../resolvers/payload.ts';
import { requiresScope } from './access.ts';
import { builder } from './builder.ts';
import { ContactRef } from './contact.ts';
import { enumValues } from './enum.ts';
import { selectedBranches } from './look-ahead.ts';

const codes: Record<UserError['code'], string> = {
  INVALID: 'The value does not fit; the message says what is allowed.',
  REQUIRED: 'Something has to be given here.',
  NOT_FOUND: 'The object that this value names does not exist, or is not yours.',
  CONFLICT:
    'The input conflicts with existing data, like a username that another contact has, or with a rule of the upstream.',
};

const UserErrorCode = builder.enumType('UserErrorCode', {
  description: 'The kind of problem that the user has to correct.',
  values: enumValues(codes),
});

const UserErrorRef = builder.objectRef<UserError>('UserError').implement({
  description:
    'A problem that the user can correct. A problem that the user cannot correct is a GraphQL error instead.',
  fields: (t) => ({
    code: t.expose('code', { type: UserErrorCode, nullable: false, description: 'What kind of problem it is.' }),
    message: t.exposeString('message', {
      nullable: false,
      description: 'What is wrong and what is allowed, for people; it never quotes what was given.',
    }),
    field: t.expose('field', {
      type: ['String'],
      nullable: { list: true, items: false },
      description: 'Where: the path from the argument, like `["input", "phone"]`, or `["inputs", "3", "phone"]`.',
    }),
  }),
});

/** The field `userErrors` of every payload. */
export const userErrors = {
  type: [UserErrorRef] as [typeof UserErrorRef],
  nullable: { list: false, items: false } as const,
  description: 'The problems that the user must correct before this can be done; empty when it was done.',
};

/** The field `contact` of a payload: read after the write, and only if it is selected. */
export const writtenContact = {
  type: ContactRef,
  description: 'The contact as it is now, read again after the write.',
  extensions: requiresScope('customer_read', { session: true }),
  resolve: ({ result }: Payload<WrittenContact>, _args: object, context: Context, info: GraphQLResolveInfo) =>
    result === undefined ? null : contactByCid(result.cid, selectedBranches(info, context), context),
};
