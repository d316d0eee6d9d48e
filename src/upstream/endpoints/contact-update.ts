import type { Upstream } from '../operation/upstream.ts';
import { path } from '../wire/index.ts';
import {
  type ContactUpdate,
  readWriteResult,
  toWireBlocks,
  toWireChanges,
  type WriteResult,
} from './contact-changes.ts';

/** Endpoint 9: changes the fields that are present. @throws {NotFound} also for a contact of another organization */
export function updateContact(
  upstream: Upstream,
  cid: string,
  { document, processingData, ...changes }: ContactUpdate,
): Promise<WriteResult> {
  const write = {
    resource: 'updateContact',
    method: 'PUT',
    path: path.updateContact(cid),
    body: { ...toWireChanges(changes), ...toWireBlocks({ document, processingData }) },
    repeatable: true,
    advice: 'It can be sent again without harm.',
  } as const;
  return upstream.write(write, readWriteResult);
}
