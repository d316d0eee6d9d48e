import type { Upstream } from '../operation/upstream.ts';
import { acceptanceField, method, path, policiesField } from '../wire/index.ts';
import { readWriteResult, type WriteResult } from './contact-changes.ts';

/** Whether a contact accepts policies, by the key of the policy. The key of a custom policy begins with `customs.`. */
export type Acceptances = ReadonlyMap<string, boolean>;

/** Endpoint 6: sets acceptances. A policy that is not named stays as it is. @throws {NotFound} */
export function setPolicies(upstream: Upstream, cid: string, acceptances: Acceptances): Promise<WriteResult> {
  const entries = [...acceptances].map(([key, accepted]) => ({
    [acceptanceField.key]: key,
    [acceptanceField.accepted]: accepted,
  }));
  const write = {
    resource: 'policies',
    method: method.policies,
    path: path.policies(cid),
    body: { [policiesField.policies]: entries },
    repeatable: true,
    advice: 'It can be sent again without harm.',
  } as const;
  return upstream.write(write, readWriteResult);
}
