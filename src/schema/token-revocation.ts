import type { Payload } from '../resolvers/payload.ts';
import { revokeToken, type TokenRevocation } from '../resolvers/token-revocation.ts';
import { builder } from './builder.ts';
import { costsWrites } from './call-cost.ts';
import { userErrors } from './payload.ts';
import { nullOnlyOnError } from './semantic-non-null.ts';

const RevokeTokenPayload = builder.objectRef<Required<Payload<TokenRevocation>>>('RevokeTokenPayload').implement({
  description: 'What became of a revocation.',
  fields: (t) => ({
    revokedAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'From when on the access token is refused, by the clock of the gateway.',
      resolve: ({ result }) => result.revokedAt,
    }),
    userErrors: t.expose('userErrors', userErrors),
  }),
});

builder.mutationField('revokeToken', (t) =>
  t.field({
    type: RevokeTokenPayload,
    description:
      'Revokes the access token that this request is sent with, at the upstream and at every replica of the gateway. Each later request with it is UNAUTHENTICATED. It is for the tokens of the upstream that `passthrough` mode forwards: any other token, and a customer session, gets FORBIDDEN. It needs no `Idempotency-Key`: a repeat is UNAUTHENTICATED.',
    // Every token may be revoked by its holder, with any scope. A customer session is no token of the upstream.
    extensions: { access: { scopes: [], session: false }, ...costsWrites('logout'), ...nullOnlyOnError },
    resolve: revokeToken,
  }),
);
