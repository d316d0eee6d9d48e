import type { Upstream } from '../operation/upstream.ts';
import { path } from '../wire/index.ts';
import { readWriteResult, type WriteResult } from './contact-changes.ts';

/** Endpoint 7: deletes a contact. @throws {NotFound} for a contact that is deleted already or of another organization */
export function deleteContact(upstream: Upstream, cid: string): Promise<WriteResult> {
  const write = {
    resource: 'deleteContact',
    method: 'DELETE',
    path: path.deleteContact(cid),
    repeatable: true,
    advice: 'It can be sent again without harm: if the contact is gone, it is not found.',
  } as const;
  return upstream.write(write, readWriteResult);
}
