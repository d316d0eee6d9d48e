// What Relay reads by the global id of a contact: again from the gateway, or without it from the record of a list.
import { expect, test } from 'vitest';
import { createEnvironment } from '../documented/__generated__/relay.ts';
import { type ClientGateway, startClientGateway } from '../gateway.ts';
import { CardPage, ListPage } from './contact-page.tsx';
import { render } from './render.tsx';

test('a refetchable fragment reads its contact again by node, with one upstream call', async () => {
  await using server = await startClientGateway({ emulator: { contacts: 4 } });
  using screen = render(createEnvironment(server.fetch), <ListPage first={3} />);
  await expect.poll(() => screen.texts('li')).toHaveLength(3);
  const [id = ''] = screen.attributes('li', 'id');
  const [name] = screen.texts('li span');
  // Another client changes the contact, so that the store of Relay does not learn of it.
  const rename = 'mutation ($id: ID!) { updateContact(input: {id: $id, firstName: "Grace"}) { userErrors { code } } }';
  expect((await server.query(rename, { id })).data).toEqual({ updateContact: { userErrors: [] } });
  server.emulator.control.clearLog();
  screen.click(`Refresh ${name}`);
  await expect.poll(() => screen.texts('li span')[0]).toBe('Grace');
  expect(server.emulator.control.calls().map(({ route }) => route)).toEqual(['contact']);
});

test('a contact that a list has read is shown by node without a request, because the field is handled', async () => {
  await using server = await startClientGateway({ emulator: { contacts: 4 } });
  let requests = 0;
  const fetch: ClientGateway['fetch'] = (...args) => {
    requests += 1;
    return server.fetch(...args);
  };
  const environment = createEnvironment(fetch);
  using list = render(environment, <ListPage first={3} />);
  await expect.poll(() => list.texts('li')).toHaveLength(3);
  const [, id = ''] = list.attributes('li', 'id');
  using page = render(environment, <CardPage id={id} />);
  await expect.poll(() => page.texts('span')).toEqual([list.texts('li span')[1]]);
  expect(requests).toBe(1);
});
