import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { ada, idOf, routesOf, startWriting, userErrors } from '../../support/write-gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startWriting();
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const issueToken = `mutation ($input: IssueContactTokenInput!) {
  issueContactToken(input: $input) { token expiresAt hits activationUrl contact { cid } ${userErrors} }
}`;
const redeemToken = `mutation ($input: RedeemContactTokenInput!) {
  redeemContactToken(input: $input) { contact { cid firstName } ${userErrors} }
}`;
const issue = async (input: object) =>
  (await stack.query(issueToken, { input: { id: ada, ...input } })).data.issueContactToken;
const redeem = (token: string) => stack.query(redeemToken, { input: { token } });

describe('issueContactToken', () => {
  test('issueContactToken answers the token, its expiry by the clock of the upstream, its hits and the activation URL', async () => {
    stack.emulator.control.clock({ skewSeconds: 1_000 });
    const before = Date.now() + 1_000_000;
    const { token, expiresAt, ...issued } = await issue({ expiresIn: 3600, hits: 3 });
    expect(token).toMatch(/^[\w-]{32}$/);
    expect(issued).toEqual({
      ...{ hits: 3, activationUrl: `https://osu.cloud4wi.com/activate/${token}` },
      ...{ contact: { cid: demo.contactId }, userErrors: [] },
    });
    expect(Math.abs(Date.parse(expiresAt) - before - 3_600_000)).toBeLessThan(5_000);
    expect(routesOf(stack)).toEqual(['issueToken', 'contact']);
  });

  test.each([
    [1, 1],
    [86_400, 100],
  ])('issueContactToken accepts %i seconds and %i hits', async (expiresIn, hits) => {
    expect(await issue({ expiresIn, hits })).toMatchObject({ hits, token: expect.any(String), userErrors: [] });
  });

  test.each([
    [0, 1, ['expiresIn']],
    [86_401, 1, ['expiresIn']],
    [1, 0, ['hits']],
    [1, 101, ['hits']],
    [-1, -1, ['expiresIn', 'hits']],
  ])('issueContactToken refuses %i seconds and %i hits without an upstream call', async (expiresIn, hits, names) => {
    const { userErrors, ...rest } = await issue({ expiresIn, hits });
    expect(rest).toEqual({ token: null, expiresAt: null, hits: null, activationUrl: null, contact: null });
    expect(userErrors).toEqual(
      names.map((name) => ({
        code: 'OUT_OF_RANGE',
        message: expect.stringMatching(/^Use a whole number from 1 to /),
        field: ['input', name],
      })),
    );
    expect(routesOf(stack)).toEqual([]);
  });

  test('issueContactToken answers NOT_FOUND for a contact that does not exist', async () => {
    const { userErrors } = await issue({ id: idOf('absent'), expiresIn: 1, hits: 1 });
    expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
  });
});

describe('redeemContactToken', () => {
  test('redeemContactToken answers the contact once for each hit of the token and fails with GONE afterwards', async () => {
    const { token } = await issue({ expiresIn: 60, hits: 2 });
    for (let hit = 0; hit < 2; hit += 1) {
      const { data, errors } = await redeem(token);
      expect(errors).toEqual([]);
      expect(data.redeemContactToken).toMatchObject({ contact: { cid: demo.contactId }, userErrors: [] });
    }
    stack.emulator.control.clearLog();
    const { data, errors, text } = await redeem(token);
    expect(data).toEqual({ redeemContactToken: null });
    expect(errors).toMatchObject([{ path: ['redeemContactToken'], extensions: { code: 'GONE', retryable: false } }]);
    expect(text).not.toContain(token);
    expect(routesOf(stack)).toEqual(['redeemToken']);
  });

  test('redeemContactToken fails with GONE when the token has expired', async () => {
    const { token } = await issue({ expiresIn: 60, hits: 2 });
    stack.emulator.control.clock({ skewSeconds: 61 });
    expect((await redeem(token)).errors).toMatchObject([{ extensions: { code: 'GONE' } }]);
  });

  test('redeemContactToken fails with RATE_LIMITED and retryAfter when it is called too often, and the token loses no hit', async () => {
    const { token } = await issue({ expiresIn: 60, hits: 2 });
    stack.emulator.control.redeemLimit({ count: 1, seconds: 30 });
    expect((await redeem(token)).errors).toEqual([]);
    const { data, errors } = await redeem(token);
    expect(data).toEqual({ redeemContactToken: null });
    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryable: true } }]);
    expect(errors[0]?.extensions['retryAfter']).toBeGreaterThan(0);
    expect(errors[0]?.extensions['retryAfter']).toBeLessThanOrEqual(30);
    stack.emulator.control.redeemLimit({ count: 9, seconds: 30 });
    expect((await redeem(token)).errors).toEqual([]);
  });

  test('redeemContactToken answers NOT_FOUND for a token that was never issued', async () => {
    const { data, errors } = await redeem('never-was');
    expect(errors).toEqual([]);
    expect(data.redeemContactToken).toEqual({
      contact: null,
      userErrors: [{ code: 'NOT_FOUND', message: expect.any(String), field: ['input', 'token'] }],
    });
  });

  test.each(['', '..', 'canary/x', 'canary?x=1', 'canary%2f', 'c'.repeat(129), 'canary é'])(
    'redeemContactToken refuses the malformed token "%s" without quoting it and without an upstream call',
    async (token) => {
      const { data, errors, text } = await redeem(token);
      expect(errors).toEqual([]);
      expect(data.redeemContactToken.userErrors).toMatchObject([{ code: 'FORMAT', field: ['input', 'token'] }]);
      expect(text).not.toContain('canary');
      expect(routesOf(stack)).toEqual([]);
    },
  );
});
