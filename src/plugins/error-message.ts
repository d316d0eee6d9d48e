import { type GraphQLSchema, isEnumType, isInputObjectType } from 'graphql';

/** What graphql and Yoga quote of a request, up to the end of the message: values, literals and tokens. */
const quotation = /(?:, but encountered error|[,.] found\b|(?<=\?) Found\b| got invalid value\b).*$/is;

/** An unknown field of an input object. The name of a longer one, or of another form, is hardly one that a program wrote. */
const unknownField = /unknown field ".*?"(?=[ .]|$)/gis;
const namedField = /^unknown field "[_A-Za-z]\w{0,39}"$/;

/** The longest name that a message may have from a document. No name of the schema is longer. */
const maxNameLength = 40;
const longName = /"[$@]?\w{41,}"/g;

/** Replaces a name from a document by an ellipsis, if it is longer than one that a developer writes. */
export function shortenName(name: string): string {
  return name.length > maxNameLength ? '…' : name;
}

/**
 * Removes from the message of an error what it quotes of the request, because documents and variables hold personal data.
 * graphql has no option for messages without values. Names of types, fields and arguments stay: they belong to the schema.
 *
 * Names from a document have at most 40 characters. The name of an unknown field stays where the document has it, because documents are written by developers. The keys of
 * variables are data, and stay only in development.
 *
 * @param publicSchema the schema, in development: the message says which names it allows, unless it suggests some
 */
export function toPublicMessage(message: string, publicSchema?: GraphQLSchema): string {
  const isNamed = publicSchema !== undefined || !message.startsWith('Variable "$');
  const text = message.startsWith('Syntax Error')
    ? message.split(/, found|:? ["']/)[0]
    : message
        .replace(/Value ".*" does not exist in/s, 'The value does not exist in')
        .replace(quotation, '')
        .replace(/parameter ".*?"(?=[ .]|$)/gis, 'parameter')
        .replace(unknownField, (quoted) => (isNamed && namedField.test(quoted) ? quoted : 'unknown field'))
        .replace(longName, '"…"')
        .replace(/( cannot represent [^:]*):.*$/is, '$1');
  const sentence = text?.endsWith('.') || text?.endsWith('?') ? text : `${text}.`;
  return publicSchema === undefined || sentence.endsWith('?')
    ? sentence
    : sentence + allowedNames(sentence, publicSchema);
}

/** What an input object or an enum allows; empty for a message about anything else. */
function allowedNames(message: string, schema: GraphQLSchema): string {
  const [, object, enumeration] =
    /type "(\w+)" not to include unknown field|does not exist in "(\w+)" enum/.exec(message) ?? [];
  const type = schema.getType(object ?? enumeration ?? '');
  const names = isInputObjectType(type) ? Object.keys(type.getFields()) : isEnumType(type) ? valuesOf(type) : [];
  return names.length === 0 ? '' : ` Allowed: ${names.join(', ')}.`;
}

function valuesOf(type: { getValues(): readonly { name: string }[] }): readonly string[] {
  return type.getValues().map(({ name }) => name);
}
