import { BadUserInput } from '../../errors.ts';

/** Decodes a global id: base64 of `Type:id`, where the type is a node. @throws {BadUserInput} for any other text */
export function decodeGlobalId(globalId: string): { typename: string; id: string } {
  const decoded = globalId.length <= 256 ? Buffer.from(globalId, 'base64').toString('utf8') : '';
  const [, typename, id] = /^(Contact|Organization):([A-Za-z0-9_-]{1,128})$/.exec(decoded) ?? [];
  if (typename === undefined || id === undefined) {
    throw new BadUserInput('A global id is what an "id" field returned. For an upstream id use contact(by: {cid}).');
  }
  return { typename, id };
}

/** Decodes the global id of a contact to its cid. Pothos' own decoder is not used, because its error quotes the id. */
export function decodeContactId(globalId: string): string {
  const { typename, id } = decodeGlobalId(globalId);
  if (typename !== 'Contact') throw new BadUserInput('This global id is not one of a contact.');
  return id;
}
