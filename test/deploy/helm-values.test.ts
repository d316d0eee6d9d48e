import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { secretFileVariables } from '../../src/config/secret-files.ts';
import { readChartFile, type Values, withDefaults } from '../support/helm-chart.ts';

const file = new URL('../../deploy/helm/contactgraph/values.schema.json', import.meta.url);
const validate = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(file, 'utf8')));

/** The places of the values that the schema refuses. */
async function findProblems(values: Values): Promise<string[]> {
  validate(await withDefaults(values));
  return (validate.errors ?? []).map(({ instancePath }) => instancePath);
}

test.each(['values.yaml', 'ci/minimal-values.yaml', 'ci/full-values.yaml'])('the schema accepts %s', async (name) => {
  expect(await findProblems(await readChartFile(name))).toEqual([]);
});

test('each default is described by the schema', async () => {
  const { properties } = JSON.parse(readFileSync(file, 'utf8'));
  expect(Object.keys(properties).sort()).toEqual([...Object.keys(await readChartFile('values.yaml')), 'global'].sort());
});

test('the secrets of the chart are the variables that the gateway reads from files, and the organizations', () => {
  const { definitions, properties } = JSON.parse(readFileSync(file, 'utf8'));
  const names = [...secretFileVariables.values()];
  expect(definitions.secretName.enum.toSorted()).toEqual([...names, 'ORGANIZATIONS'].sort());
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY'];
  // A proxy without a password is no secret.
  const refused = names.filter((name) => !proxies.includes(name));
  expect(properties.config.propertyNames.not.enum).toEqual(expect.arrayContaining(refused));
});

describe('the schema refuses', () => {
  test.each<[string, Values, string]>([
    ['a secret in the ConfigMap', { config: { CURSOR_KEYS: 'x' } }, '/config'],
    ['a variable that the chart sets itself', { config: { PORT: '80' } }, '/config'],
    ['workers, because replicas take their place', { config: { WORKERS: 'auto' } }, '/config'],
    ['a variable that is not a string', { config: { MAX_BATCH: 5 } }, '/config/MAX_BATCH'],
    ['an unknown name', { replicas: 3 }, ''],
    ['an unknown name below another', { autoscaling: { max: 3 } }, '/autoscaling'],
    ['an unknown secret', { secrets: { names: ['PASSWORD'] } }, '/secrets/names/0'],
    ['an empty secret', { secrets: { values: { VALKEY_URL: '' } } }, '/secrets/values/VALKEY_URL'],
    ['a peer that would permit all', { networkPolicy: { valkeyPeers: [{}] } }, '/networkPolicy/valkeyPeers/0'],
    ['memory that the defaults of the gateway do not fit into', { memoryMebibytes: 128 }, '/memoryMebibytes'],
  ])('%s', async (_, values, place) => {
    expect(await findProblems(values)).toContain(place);
  });
});
