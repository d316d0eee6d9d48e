import {
  defaultFieldResolver,
  type GraphQLField,
  GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { Context } from '../context.ts';
import { accessOf, checkAccess } from './access.ts';

/**
 * Wraps the resolver of each field that declares its access; a field without a declaration keeps its resolver and costs
 * nothing more.
 *
 * @throws {Error} for a schema in which a field or type lacks a required declaration, so that it is never served
 */
export function enforceAccess(schema: GraphQLSchema): GraphQLSchema {
  const open = listUndeclared(schema);
  if (open.length > 0) throw new Error(`Declare who may use ${open.join(', ')}: see src/schema/access.ts`);
  for (const type of objectTypes(schema)) for (const field of Object.values(type.getFields())) guardField(field);
  return schema;
}

function guardField(field: GraphQLField<unknown, Context>): void {
  const access = accessOf(field);
  if (access === undefined) return;
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (parent, args, context, info) => {
    checkAccess(access, context.caller);
    return resolve(parent, args, context, info);
  };
}

/**
 * Lists what must declare its access and does not: every field of Query and Mutation, every node type and those of its fields
 * that do more than read a property, and every field that returns a node, a connection or an edge, except on a connection or an
 * edge.
 */
function listUndeclared(schema: GraphQLSchema): string[] {
  const roots = new Set([schema.getQueryType(), schema.getMutationType()]);
  const open: string[] = [];
  for (const type of objectTypes(schema)) {
    if (isNode(type) && accessOf(type) === undefined) open.push(type.name);
    for (const field of Object.values(type.getFields())) {
      const mustDeclare = roots.has(type) || (isNode(type) && doesWork(field)) || (leadsToNode(field) && !isPage(type));
      if (mustDeclare && accessOf(field) === undefined) open.push(`${type.name}.${field.name}`);
    }
  }
  return open;
}

function objectTypes(schema: GraphQLSchema): GraphQLObjectType<unknown, Context>[] {
  return Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => type instanceof GraphQLObjectType && !type.name.startsWith('__'),
  );
}

function isNode(type: unknown): boolean {
  return type instanceof GraphQLObjectType && type.getInterfaces().some(({ name }) => name === 'Node');
}

/** A field that Pothos exposes only reads a property, and so does the id. */
function doesWork({ name, extensions }: GraphQLField<unknown, Context>): boolean {
  return extensions['pothosExposedField'] === undefined && name !== 'id';
}

function leadsToNode(field: GraphQLField<unknown, Context>): boolean {
  const type = getNamedType(field.type);
  return isNode(type) || (isInterfaceType(type) && type.name === 'Node') || (isObjectType(type) && isPage(type));
}

/** Connections and edges only contain what the field of the connection has loaded. */
function isPage({ name }: GraphQLObjectType): boolean {
  return name.endsWith('Connection') || name.endsWith('Edge');
}
