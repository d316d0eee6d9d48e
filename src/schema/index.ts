import './accounting.ts';
import './app-device.ts';
import './contact.ts';
import './contact-creation.ts';
import './contact-deletion.ts';
import './contact-existence.ts';
import './contact-session.ts';
import './contact-token.ts';
import './contact-update.ts';
import './contacts.ts';
import './device.ts';
import './document.ts';
import './event.ts';
import './external-ids.ts';
import './json-object.ts';
import './metrics.ts';
import './node.ts';
import './organization.ts';
import './organization-events.ts';
import './policy.ts';
import './rate-limit.ts';
import './scalars.ts';
import './segment.ts';
import './token-revocation.ts';
import './viewer.ts';
import './wifi-profile.ts';
import './wifi-settings.ts';
import { specifiedDirectives } from 'graphql';
import { builder } from './builder.ts';
import { enforceAccess } from './enforce-access.ts';
import { incrementalDirectives } from './incremental.ts';
import { requireCosts } from './require-costs.ts';
import { requiresScopes } from './requires-scopes.ts';
import { semanticNonNull } from './semantic-non-null.ts';

builder.queryType({ description: 'Everything that can be read.' });
builder.mutationType({ description: 'Everything that can be changed.' });

const directives = [...specifiedDirectives, ...incrementalDirectives, requiresScopes, semanticNonNull];

/** The schema that the gateway serves; `schema.graphql` is its committed text. */
export const schema = enforceAccess(requireCosts(builder.toSchema({ directives })));
