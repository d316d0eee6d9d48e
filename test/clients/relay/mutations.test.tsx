// The directives of Relay on payloads keep its lists right after a write, and what was shown in advance is taken back.
import { commitMutation, type Environment, type MutationConfig, type MutationParameters } from 'relay-runtime';
import { expect, test } from 'vitest';
import { createEnvironment } from '../documented/__generated__/relay.ts';
import { type ClientGateway, startClientGateway } from '../gateway.ts';
import type { contactMutationsRenameMutation } from './__generated__/contactMutationsRenameMutation.graphql.ts';
import { appendContact, createContact, createContactEdge, deleteContact, renameContact } from './contact-mutations.ts';
import { ListPage } from './contact-page.tsx';
import { render } from './render.tsx';

const input = { source: 'API', policies: { privacy: true, termsOfUse: true }, firstName: 'Grace' };

test.each([
  ['@prependNode', createContact, 0],
  ['@prependEdge', createContactEdge, 0],
  ['@appendNode', appendContact, -1],
])('%s puts a created contact into the list, without reading the list again', async (_, mutation, place) => {
  await using stack = await startList();
  const { environment, screen, server } = stack;
  const connections = screen.attributes('ol', 'data-connection');
  await commit(environment, { mutation, variables: { input, connections } });
  await expect.poll(() => screen.texts('li span')).toHaveLength(4);
  expect(screen.texts('li span').at(place)).toBe('Grace');
  expect(server.emulator.control.counts()).toMatchObject({ contacts: 0, createContact: 1 });
});

test('a contact that is not created because of a user error changes no list', async () => {
  await using stack = await startList();
  const { environment, screen, server } = stack;
  const refused = { ...input, policies: { privacy: false, termsOfUse: false } };
  const connections = screen.attributes('ol', 'data-connection');
  const response = await commit(environment, { mutation: createContact, variables: { input: refused, connections } });
  expect(response).toMatchObject({ createContact: { contact: null, userErrors: [{}, {}] } });
  expect(screen.texts('li')).toHaveLength(3);
  expect(server.emulator.control.counts()).toMatchObject({ createContact: 0 });
});

test('@deleteEdge and @deleteRecord take a deleted contact out of the list and of the store, without reading the list again', async () => {
  await using stack = await startList();
  const { environment, screen, server } = stack;
  const [first, id = '', last] = screen.attributes('li', 'id');
  const connections = screen.attributes('ol', 'data-connection');
  await commit(environment, { mutation: deleteContact, variables: { id, connections } });
  await expect.poll(() => screen.attributes('li', 'id')).toEqual([first, last]);
  expect(environment.getStore().getSource().get(id)).toBeNull();
  expect(server.emulator.control.counts()).toMatchObject({ contacts: 0, deleteContact: 1 });
});

test.each([
  ['is replaced by the answer', false, 'Grace'],
  ['is taken back when the upstream fails', true, undefined],
])('an optimistic response is shown at once, and %s', async (_, fails, expected) => {
  await using stack = await startList();
  const { environment, screen, server } = stack;
  const release = stack.holdResponses();
  if (fails) server.emulator.control.fault({ method: 'PUT', kind: 'status', status: 500 });
  const [id = ''] = screen.attributes('li', 'id');
  const [before] = screen.texts('li span');
  const done = commit<contactMutationsRenameMutation>(environment, {
    mutation: renameContact,
    variables: { id, firstName: 'Grace' },
    optimisticResponse: { updateContact: { contact: { id, firstName: 'Soon Grace' }, userErrors: [] } },
  });
  await expect.poll(() => screen.texts('li span')[0]).toBe('Soon Grace');
  release();
  expect(await done).toMatchObject(fails ? { updateContact: null } : { updateContact: { userErrors: [] } });
  await expect.poll(() => screen.texts('li span')[0]).toBe(expected ?? before);
  expect(server.emulator.control.counts()).toMatchObject({ updateContact: 1 });
});

/** Shows a list of three contacts. The calls are counted from then on. */
async function startList() {
  const server = await startClientGateway({ emulator: { contacts: 30 } });
  let held: Promise<void> | undefined;
  const fetch: ClientGateway['fetch'] = async (...args) => {
    const response = await server.fetch(...args);
    await held;
    return response;
  };
  const environment = createEnvironment(fetch);
  const screen = render(environment, <ListPage first={3} />);
  await expect.poll(() => screen.texts('li')).toHaveLength(3);
  server.emulator.control.clearLog();
  return {
    ...{ environment, screen, server },
    /** Keeps all responses from the client. @returns the function that lets them go on */
    holdResponses() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    async [Symbol.asyncDispose]() {
      screen[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Commits a mutation. @returns what the gateway answers */
function commit<T extends MutationParameters>(
  environment: Environment,
  config: Omit<MutationConfig<T>, 'onCompleted' | 'onError'>,
): Promise<T['response']> {
  return new Promise((resolve, onError) => {
    commitMutation<T>(environment, { ...config, onError, onCompleted: (response) => resolve(response) });
  });
}
