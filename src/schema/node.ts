import { brandWithType } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { contactByCid } from '../resolvers/contact.ts';
import { checkNodeIds, decodeNodeId, findNodeId, type NodeTypename } from '../resolvers/input/global-id.ts';
import { organizationByCid } from '../resolvers/organization.ts';
import { anyCaller, checkAccess, isAllowed } from './access.ts';
import { builder } from './builder.ts';
import { addOrganizationProof, type CountCalls, contactsWithIds, costs, readProfiles } from './call-cost.ts';
import { contactAccess } from './contact.ts';
import { selectedBranches } from './look-ahead.ts';
import { organizationAccess } from './organization.ts';
import { nullOnlyOnError } from './semantic-non-null.ts';

type LoadNode = (id: string, context: Context, info: GraphQLResolveInfo) => Promise<object | null>;

/** How each type is loaded by the id inside of its global id, and who may load it. */
const nodeTypes: Record<NodeTypename, { access: typeof contactAccess.access; load: LoadNode }> = {
  Contact: {
    ...contactAccess,
    load: (cid, context, info) => contactByCid(cid, selectedBranches(info, context), context),
  },
  Organization: { ...organizationAccess, load: organizationByCid },
};

/** Pothos' own fields decode all ids before they resolve any, so that one invalid id would null the whole list. */
async function loadNode(
  { typename, id }: ReturnType<typeof decodeNodeId>,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<object | null> {
  const { access, load } = nodeTypes[typename];
  checkAccess(access, context.caller);
  const node = await load(id, context, info);
  if (node !== null) brandWithType(node, typename as never); // the interface resolves its type by this
  return node;
}

/** An invalid id makes no call, and the other ones do. */
const countNodes: CountCalls<{ ids: readonly string[] }> = (calls, { ids }) => {
  checkNodeIds(ids);
  const { caller } = calls;
  const cids: string[] = [];
  let organizations = 0;
  for (const globalId of ids) {
    const { typename, id } = findNodeId(globalId) ?? {};
    if (typename === undefined || id === undefined || !isAllowed(nodeTypes[typename].access, caller)) continue;
    if (typename === 'Contact') cids.push(id);
    else if (id === caller.organizationId) organizations += 1;
  }
  if (organizations > 0) addOrganizationProof(calls);
  return {
    byType: {
      Contact: readProfiles(calls, contactsWithIds(cids)),
      Organization: { count: organizations, names: [], each: 0, read: 'nothing' },
    },
  };
};

const countNode: CountCalls<{ id: string }> = (calls, { id }, ...rest) => countNodes(calls, { ids: [id] }, ...rest);

builder.queryFields((t) => ({
  node: t.field({
    type: builder.nodeInterfaceRef(),
    description: 'Fetches an object by its global id; null when it does not exist or is not yours.',
    args: { id: t.arg.id({ required: true, description: 'The `id` of a contact or of an organization.' }) },
    extensions: { ...anyCaller, ...costs('1 for a contact', countNode, 'contact') }, // the types of the objects declare who has access
    resolve: (_root, { id }, context, info) => loadNode(decodeNodeId(id, 'id'), context, info),
  }),
  nodes: t.field({
    type: [builder.nodeInterfaceRef()],
    nullable: { list: true, items: true },
    description:
      'Fetches objects by their global ids, in the order of the ids; null in the place of each that does not exist or is not yours, and of each invalid id, which has an error of its own. With too many ids the list itself is null. It costs an upstream call for each distinct contact.',
    args: {
      ids: t.arg.idList({ required: true, description: 'Values of `id` of contacts and organizations; at most 100.' }),
    },
    extensions: { ...anyCaller, ...costs('1 for each distinct contact', countNodes, 'contact'), ...nullOnlyOnError },
    resolve: (_root, { ids }, context, info) => {
      checkNodeIds(ids);
      return ids.map(async (id, index) => loadNode(decodeNodeId(id, 'ids', String(index)), context, info));
    },
  }),
}));
