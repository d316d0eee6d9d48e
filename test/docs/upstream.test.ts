// docs/upstream.md is true for the code: each name of the wire contract is on the page with the mark that it has in the code,
// the page has no other names, and the emulator has the methods and scopes of the page.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { matchRoute } from '../../emulator/routes.ts';
import { readWireNames, type WireName } from '../support/wire-marks.ts';

const page = readFileSync(new URL('../../docs/upstream.md', import.meta.url), 'utf8');
const marks = ['doc', 'sdk', 'assumed'];
const names = readWireNames();

const calls = [...page.matchAll(/^\| (\d+) \| `([A-Z]+) (\S+)` \| \[(\w+)\] \| (.*?) \| (.+) \|$/gm)].map(
  ([, number = '', method = '', path = '', mark = '', scopes = '']) => ({
    ...{ number: Number(number), method, mark, scopes: textsOf(scopes) },
    path: path.replaceAll(/\{\w+\}/g, '{}'),
  }),
);
const objects = [...page.matchAll(/^\| `([\w.]+)` \| (.+?) \| (.+?) \| (.+?) \|$/gm)].map(
  ([, object = '', ...cells]) => ({
    object,
    names: toNames(object, cells),
  }),
);
const documented = [
  ...calls.map(({ path, mark }) => ({ object: 'path', name: path, mark })),
  ...objects.flatMap((row) => row.names),
];

test('the test finds the calls and the names of the page and of the wire contract', () => {
  expect(calls.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  expect(objects.length).toBeGreaterThan(50);
  expect(names).toContainEqual({ object: 'contactBlock.document', name: 'memberId', mark: 'assumed' });
});

test('each name of the wire contract has a mark', () => {
  expect(names.filter(({ mark }) => mark === undefined)).toEqual([]);
});

describe.each([...new Set([...names, ...documented].map(({ object }) => object))])('%s', (object) => {
  test('the names of the code have the same marks as those of docs/upstream.md', () => {
    expect(linesOf(names, object)).toEqual(linesOf(documented, object));
  });
});

const routeOf = ({ path }: { path: string }) => matchRoute(path.replaceAll('{}', 'x'));

test.each(calls)('the emulator has call $number with its method and its scopes', (call) => {
  const { method, scopes } = call;
  const route = routeOf(call);
  const endpoint = route?.endpoint;
  expect(route?.method).toBe(method);
  expect(endpoint && 'scopes' in endpoint ? [...endpoint.scopes].toSorted() : []).toEqual(scopes.toSorted());
});

function linesOf(from: readonly WireName[], object: string): string[] {
  return from.flatMap((name) => (name.object === object ? `${name.name} [${name.mark}]` : [])).toSorted();
}

function toNames(object: string, cells: readonly string[]): WireName[] {
  return cells.flatMap((cell, index) => textsOf(cell).map((name) => ({ object, name, mark: marks[index] })));
}

function textsOf(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
}
