import type { Context } from '../context.ts';
import { rateLimit } from '../resolvers/rate-limit.ts';
import { anyCaller } from './access.ts';
import { builder } from './builder.ts';
import { costsNothing } from './call-cost.ts';
import { nullOnlyOnError } from './semantic-non-null.ts';

const RateLimit = builder.objectRef<Context['callAllowance']>('RateLimit').implement({
  description:
    'Your budget of upstream calls. An operation takes what it can cost at most before it is executed, and gets back what it did not use. What you took is added again evenly over time.',
  fields: (t) => ({
    limit: t.exposeInt('limit', {
      description: 'The most upstream calls that you can have; null where your calls are not limited.',
    }),
    remaining: t.exposeInt('remaining', {
      description:
        'The upstream calls that you have left, without those of this operation; null where your calls are not limited.',
    }),
    resetAt: t.expose('resetAt', {
      type: 'DateTime',
      description:
        'When you have all your upstream calls again, if you use none until then; null where your calls are not limited.',
    }),
    cost: t.exposeInt('cost', {
      nullable: false,
      description: 'The upstream calls that this operation has asked for.',
    }),
  }),
});

builder.queryFields((t) => ({
  rateLimit: t.field({
    type: RateLimit,
    description:
      'How many upstream calls you can make now. It costs none itself, and is answered when you have none left. The headers `RateLimit` and `RateLimit-Policy` of each answer say the same.',
    extensions: { ...anyCaller, ...costsNothing, ...nullOnlyOnError },
    resolve: rateLimit,
  }),
}));
