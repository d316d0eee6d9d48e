// usePaginationFragment of Relay reads the list of contacts in both directions, and the events of a contact.
import { expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { createEnvironment } from '../documented/__generated__/relay.ts';
import { startClientGateway } from '../gateway.ts';
import { ContactPage, ListPage } from './contact-page.tsx';
import { render } from './render.tsx';

/** The global id of the contact of the demo, which has events. */
const contactId = Buffer.from(`Contact:${demo.contactId}`).toString('base64');

test.each([
  ['forwards', { first: 3 }, 'Next'],
  ['backwards', { last: 3 }, 'Previous'],
])('Relay loads three pages of a list %s, with one upstream call each', async (_, page, button) => {
  await using server = await startClientGateway({ emulator: { contacts: 30 } });
  const { data } = await server.query('{ contacts(first: 100) { nodes { id } } }');
  const all = data.contacts.nodes.map(({ id }: { id: string }) => id);
  server.emulator.control.clearLog();
  using screen = render(createEnvironment(server.fetch), <ListPage {...page} />);
  for (const rows of [3, 6, 9]) {
    const expected = button === 'Next' ? all.slice(0, rows) : all.slice(-rows);
    await expect.poll(() => screen.attributes('li', 'id')).toEqual(expected);
    expect(server.emulator.control.calls().map(({ route }) => route)).toEqual(Array(rows / 3).fill('contacts'));
    if (rows < 9) screen.click(button);
  }
});

test('a page that is loaded to its end has no button for more', async () => {
  await using server = await startClientGateway({ emulator: { contacts: 4 } });
  using screen = render(createEnvironment(server.fetch), <ListPage first={3} />);
  await expect.poll(() => screen.texts('li')).toHaveLength(3);
  screen.click('Next');
  await expect.poll(() => screen.texts('li')).toHaveLength(4);
  expect(() => screen.click('Next')).toThrow('no button');
});

test('Relay loads the events of a contact page by page, and reads the contact itself once', async () => {
  await using server = await startClientGateway();
  using screen = render(createEnvironment(server.fetch), <ContactPage id={contactId} />);
  await expect.poll(() => screen.texts('li')).toHaveLength(2);
  for (const rows of [4, 6]) {
    screen.click('More events');
    await expect.poll(() => screen.texts('li')).toHaveLength(rows);
  }
  expect(server.emulator.control.counts()).toMatchObject({ contact: 1 });
});
