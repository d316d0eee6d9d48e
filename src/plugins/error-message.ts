/** What graphql and Yoga quote of a request, up to the end of the message: values, literals and tokens. */
const quotation = /(?:, but encountered error|[,.] found\b|(?<=\?) Found\b| got invalid value\b).*$/is;

/**
 * Removes from the message of an error what it quotes of the request, because documents and variables hold personal data.
 * graphql has no option for messages without values. Names of types, fields and arguments stay: they belong to the schema.
 */
export function toPublicMessage(message: string): string {
  const text = message.startsWith('Syntax Error')
    ? message.split(/, found|:? ["']/)[0]
    : message
        .replace(/Value ".*" does not exist in/s, 'The value does not exist in')
        .replace(quotation, '')
        .replace(/(parameter|unknown field) ".*?"(?=[ .]|$)/gis, '$1')
        .replace(/( cannot represent [^:]*):.*$/is, '$1');
  return text?.endsWith('.') || text?.endsWith('?') ? text : `${text}.`;
}
