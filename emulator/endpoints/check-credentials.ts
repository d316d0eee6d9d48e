import { z } from 'zod';
import { credentialsField, existenceField } from '../../src/upstream/wire/index.ts';
import { forbidden, notFound, validationError } from '../api-error.ts';
import { type Endpoint, readScopes, rejectAllParams } from '../endpoint.ts';
import { parseBody } from '../request-body.ts';
import { bodySchema } from '../wire-names.ts';
import { presence } from './contact-exists.ts';

const credentials = bodySchema(credentialsField, {
  username: z.string().min(1),
  password: z.string().min(1),
  organizationId: z.string(),
});

/** Endpoint 16: whether a username and a password belong together. The answer never says which of them is wrong. */
export const checkCredentials: Endpoint = {
  scopes: readScopes,
  takesBody: true,
  handle(call, { absence, passwordAttempts }) {
    rejectAllParams(call);
    const { organization } = call;
    const { username, password, organizationId } = parseBody(credentials, call.body);
    if (organizationId !== organization.organizationId) throw forbidden();
    const attempt = `${organizationId} ${username}`;
    passwordAttempts.check(attempt);
    const [contact] = organization.store.search('username', username);
    if (contact !== undefined && organization.passwordOf(contact.cid) === password) return presence(contact);
    passwordAttempts.countWrong(attempt);
    switch (absence.current()) {
      case 'not-found':
        throw notFound();
      case 'conflict':
        throw validationError('The username and the password do not belong together');
      case 'present-false':
        return { [existenceField.present]: false };
    }
  },
};
