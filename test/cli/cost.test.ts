/** What `contactgraph cost` prints of a file with operations, and when it fails. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { folder, run, write } from '../support/command.ts';
import { postBody, startGateway } from '../support/gateway.ts';

afterAll(() => rmSync(folder, { recursive: true }));

const list = `query List($first: Int) { contacts(first: $first) { nodes { devices { totalCount } } } }`;
const contact = `query One($cid: ID!) { contact(by: {cid: $cid}) { ...Branches } }`;
const branches = `fragment Branches on Contact { events { totalCount } devices { totalCount } }`;
const operations = write('operations.graphql', `${list}\n${contact}\n${branches}\n`);
const variables = write('variables.json', '{"first": 7, "cid": "c1"}');

test('cost prints what each operation of a file costs, which is what the gateway computes', async () => {
  const { status, stdout, stderr } = await run(['cost', operations, '--variables', variables, '--json']);
  expect([status, stderr]).toEqual([0, '']);
  const costs = JSON.parse(stdout);
  expect(costs).toEqual([
    { name: 'List', calls: 8, largest: { name: 'Contact.devices', path: ['contacts', 'nodes', 'devices'], calls: 7 } },
    { name: 'One', calls: 3, largest: { name: 'Query.contact', path: ['contact'], calls: 1 } },
  ]);

  const { gateway, close } = await startGateway();
  for (const [query, name] of [
    [list, 'List'],
    [`${contact} ${branches}`, 'One'],
  ] as const) {
    const body = { query, variables: { first: 7, cid: 'c1' }, extensions: { cost: true } };
    const { text } = await postBody(gateway, JSON.stringify(body));
    const { requested } = JSON.parse(text).extensions.cost;
    expect(costs).toContainEqual(expect.objectContaining({ name, calls: requested }));
  }
  await close();
});

test('cost reads the standard input, and counts a list without a page size with the default of 20 rows', async () => {
  const { status, stdout } = await run(['cost', '-'], {}, list.replace('List', ''));
  expect(status).toBe(0);
  expect(stdout).toBe(
    'calls  operation         costs most\n21     (without a name)  Contact.devices, 20 at contacts.nodes.devices\n',
  );
});

test.each([
  ['--max', ['--max', '7'], {}],
  ['MAX_UPSTREAM_CALLS', [], { MAX_UPSTREAM_CALLS: '7' }],
])('cost ends with 1, after the costs of all operations, when one costs more than %s', async (_, args, env) => {
  const { status, stdout, stderr } = await run(['cost', operations, '--variables', variables, ...args], env);
  expect(status).toBe(1);
  expect(stdout).toMatch(/^8 +List.*\n3 +One/m);
  expect(stderr).toBe('List costs up to 8 upstream calls, and 7 are allowed.\n');
});

describe('a file with a problem', () => {
  test.each([
    ['a syntax error', '{ contact(', ':1:11: Syntax Error'],
    [
      'a field that the schema does not have',
      '{\n  contacts {\n    colour\n  }\n}',
      ':3:5: Cannot query field "colour"',
    ],
    ['a required variable without a value', contact + branches, ':1:11: Variable "$cid" has invalid value'],
    ['a file without an operation', '', 'Syntax Error'],
  ])('cost ends with 1 and reports %s with the line and the column', async (_, text, problem) => {
    const file = write('wrong.graphql', text);
    const { status, stdout, stderr } = await run(['cost', file, '--json']);
    expect(status).toBe(1);
    expect(['', '[]\n']).toContain(stdout);
    expect(stderr).toContain(file + (problem.startsWith(':') ? problem : ':'));
    expect(stderr).toContain(problem);
  });

  test('the costs of the other operations are printed when one lacks a variable', async () => {
    const { status, stdout } = await run(['cost', operations]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^21 +List/m);
    expect(stdout).not.toContain('One');
  });

  test.each([
    ['is absent', join(folder, 'absent.graphql'), variables, 'ENOENT'],
    ['has absent variables', operations, join(folder, 'absent.json'), 'ENOENT'],
    ['has variables that are not JSON', operations, operations, 'cannot be read as JSON'],
    ['has variables that are no object', operations, write('list.json', '[]'), 'must contain a JSON object'],
  ])('cost ends with 1 for a file that %s', async (_, file, values, problem) => {
    const { status, stdout, stderr } = await run(['cost', file, '--variables', values]);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(problem);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});

test.each([
  ['without a file', [], 'The argument <file> is missing'],
  ['with two files', ['a', 'b'], "Unexpected argument 'b'"],
  ['with a maximum that is no number', ['a', '--max', 'many'], '--max must be an integer from 0 to 1000000'],
])('cost %s is wrong usage', async (_, args, problem) => {
  const { status, stderr } = await run(['cost', ...args]);
  expect(status).toBe(2);
  expect(stderr).toContain(problem);
});
