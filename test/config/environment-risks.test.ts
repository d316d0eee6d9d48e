import { expect, test } from 'vitest';
import { findEnvironmentRisks } from '../../src/config/environment-risks.ts';

const needs = { maxConnections: 100, upstreamConnections: 20 };

test('an environment in which certificates are checked and enough files can be opened has no risk', () => {
  expect(findEnvironmentRisks({}, needs, 120)).toEqual([]);
  expect(findEnvironmentRisks({ NODE_TLS_REJECT_UNAUTHORIZED: '1' }, needs, undefined)).toEqual([]);
});

test('a switch that stops the check of certificates is a risk, and the sentence says what to use instead', () => {
  const [risk, ...others] = findEnvironmentRisks({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, needs, 120);
  expect(risk).toMatch(/^NODE_TLS_REJECT_UNAUTHORIZED is 0: .*NODE_EXTRA_CA_CERTS/);
  expect(others).toEqual([]);
});

test('a limit of open files below the connections of clients and of the upstream is a risk', () => {
  const [risk] = findEnvironmentRisks({}, needs, 119);
  expect(risk).toMatch(/may open 119 files, and MAX_CONNECTIONS with UPSTREAM_CONNECTIONS may need 120/);
});

test('the limit of this process is read where the system tells it', () => {
  const risks = findEnvironmentRisks({}, { maxConnections: Number.MAX_SAFE_INTEGER, upstreamConnections: 0 });
  expect(risks).toHaveLength(process.platform === 'linux' ? 1 : 0);
});
