/** What graphql and Yoga quote of a request, up to the end of the message: values, literals, tokens. */
const quotation = /(?:, but encountered error|[,.] found\b|(?<=\?) Found\b| got invalid value\b).*$/is;

/**
 * The message of an error about a request, without what it quotes: documents and variables hold personal data.
 * Names of types, fields and arguments stay, because they are the schema's.
 */
export function toPublicMessage(message: string): string {
  const said = message.startsWith('Syntax Error')
    ? message.split(/, found|:? ["']/)[0]
    : message
        .replace(/Value ".*" does not exist in/s, 'The value does not exist in')
        .replace(quotation, '')
        .replace(/(parameter|unknown field) ".*?"(?=[ .]|$)/gis, '$1')
        .replace(/( cannot represent [^:]*):.*$/is, '$1');
  return said?.endsWith('.') || said?.endsWith('?') ? said : `${said}.`;
}
