import { idPattern } from '../../id.ts';
import { checkCount, wrongFormat } from './problems.ts';
import { InputValidator } from './validator.ts';

/** The types that can be fetched by a global id. */
export type NodeTypename = 'Contact' | 'Organization';

/** Decodes a global id: base64 of `Type:id`, where the type is a node; undefined for any other text. */
export function findNodeId(globalId: string): { typename: NodeTypename; id: string } | undefined {
  const decoded = globalId.length <= 256 ? Buffer.from(globalId, 'base64').toString('utf8') : '';
  const [, typename, id] = /^(Contact|Organization):(.*)$/.exec(decoded) ?? [];
  if (typename === undefined || id === undefined || !idPattern.test(id)) return undefined;
  return { typename: typename as NodeTypename, id };
}

/** Decodes the global id of any node. @param field the path from the argument to the id @throws {BadUserInput} */
export function decodeNodeId(globalId: string, ...field: readonly string[]): { typename: NodeTypename; id: string } {
  const decoded = findNodeId(globalId);
  if (decoded === undefined) throw wrongFormat('GlobalId', field);
  return decoded;
}

/** Decodes the global id of a contact to its cid. Pothos' own decoder is not used, because its error quotes the id. */
export function decodeContactId(globalId: string): string {
  const decoded = findNodeId(globalId);
  if (decoded === undefined) throw wrongFormat('GlobalId');
  if (decoded.typename !== 'Contact') throw wrongFormat('ContactGlobalId');
  return decoded.id;
}

/** Checks the number of ids of `nodes`; each id is decoded for itself. @throws {BadUserInput} for too many */
export function checkNodeIds(ids: readonly string[]): void {
  const validator = new InputValidator();
  validator.add(['ids'], checkCount(ids, { min: 0, max: 100 }));
  validator.throwProblems();
}
