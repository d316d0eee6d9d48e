import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { InputParams } from '../errors.ts';
import { contactByCid } from '../resolvers/contact.ts';
import { contactEdge } from '../resolvers/contact-edge.ts';
import type { UserError } from '../resolvers/input/validator.ts';
import type { Payload, WrittenContact } from '../resolvers/payload.ts';
import { requiresScope } from './access.ts';
import { builder } from './builder.ts';
import { readCost, readsContact } from './call-cost.ts';
import { ContactRef } from './contact.ts';
import { ContactEdge } from './contacts.ts';
import { enumValues } from './enum.ts';
import { selectedBranches, selectedBranchesOfEdge } from './look-ahead.ts';

const codes: Record<UserError['code'], string> = {
  REQUIRED: 'A value is needed here, and there is none.',
  TOO_SHORT: 'The text has fewer than `params.min` characters.',
  TOO_LONG: 'The text has more than `params.max` characters.',
  TOO_FEW: 'The list has fewer than `params.min` entries.',
  TOO_MANY: 'The list has more than `params.max` entries.',
  OUT_OF_RANGE: 'The number is not from `params.min` to `params.max`.',
  FORMAT: 'The value is not of the format `params.format`, like `params.example` is.',
  NOT_ALLOWED: 'The value has the right form, and is not possible here.',
  DUPLICATE: 'The value stands in the list twice.',
  INVALID: 'The value does not fit for a reason that has no code of its own; the message says what is allowed.',
  NOT_FOUND: 'The object that this value names does not exist, or is not yours.',
  CONFLICT:
    'The input conflicts with existing data, like a username that another contact has, or with a rule of the upstream.',
};

const UserErrorCode = builder.enumType('UserErrorCode', {
  description: 'The kind of problem that the user has to correct.',
  values: enumValues(codes),
});

const UserErrorParams = builder.objectRef<InputParams>('UserErrorParams').implement({
  description: 'What is allowed in the place of an invalid value.',
  fields: (t) => ({
    min: t.exposeInt('min', { description: 'The smallest number, or the fewest characters or entries.' }),
    max: t.exposeInt('max', { description: 'The largest number, or the most characters or entries.' }),
    format: t.exposeString('format', {
      description:
        'The format that the value must have: the name of its scalar, or `Text`, `Id`, `Token` and the like.',
    }),
    example: t.exposeString('example', { description: 'A value that is valid here.' }),
  }),
});

const UserErrorRef = builder.objectRef<UserError>('UserError').implement({
  description:
    'A problem that the user can correct. A problem that the user cannot correct is a GraphQL error instead.',
  fields: (t) => ({
    code: t.expose('code', {
      type: UserErrorCode,
      nullable: false,
      description: 'What is wrong, so that an app can say it in its own words and language.',
    }),
    message: t.exposeString('message', {
      nullable: false,
      description: 'What to do about it, in English, for the person who entered the value; it never quotes the value.',
    }),
    params: t.expose('params', {
      type: UserErrorParams,
      description: 'What is allowed, for a message of your own; null where the code says all.',
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
  description: `The contact as it is now, read again after the write. ${readCost}`,
  extensions: { ...requiresScope('customer_read', { session: true }), ...readsContact },
  resolve: ({ result }: Payload<WrittenContact>, _args: object, context: Context, info: GraphQLResolveInfo) =>
    result === undefined ? null : contactByCid(result.cid, selectedBranches(info, context), context),
};

/** The field `contactEdge` of a payload: the field `contact` as an edge, for callers who may use the list of contacts. */
export const writtenContactEdge = {
  type: ContactEdge,
  description:
    'The contact as an edge of `contacts` without a filter, in the default order: its `cursor` is valid in that list only. It costs an upstream call, which `contact` shares.',
  extensions: { ...requiresScope('customer_read'), ...readsContact },
  resolve: ({ result }: Payload<WrittenContact>, _args: object, context: Context, info: GraphQLResolveInfo) =>
    result === undefined ? null : contactEdge(result.cid, selectedBranchesOfEdge(info, context), context),
};
