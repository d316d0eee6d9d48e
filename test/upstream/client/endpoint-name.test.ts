import { expect, test } from 'vitest';
import { endpointNameOf } from '../../../src/upstream/client/endpoint-name.ts';
import { path } from '../../../src/upstream/wire/index.ts';

const id = '986a372347aac5e4a94516db835d58aa';

test.each(Object.entries(path))(
  'the path of the endpoint %s leads to its name, whatever its ids are',
  (name, template) => {
    expect(endpointNameOf(typeof template === 'string' ? template : template(id, 'ios', 'com.example.app'))).toBe(name);
  },
);

test.each(['', '/', '/v2/customers', `/v2/customers/${id}/unknown`, '/v9/customers', `/v2/customers/${id}/events/1`])(
  'the path %j of no endpoint has the name "other"',
  (unknown) => {
    expect(endpointNameOf(unknown)).toBe('other');
  },
);
