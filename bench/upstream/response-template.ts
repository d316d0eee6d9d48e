/** Returns a copy of an HTTP response with the placeholders replaced by a text of the same length. */
export type Template = (text: string) => Buffer;

/**
 * Creates a template from a body.
 *
 * @param placeholder occurs in the body wherever a text of the request belongs, and has the same length as that text
 */
export function createTemplate(body: string, placeholder: string): Template {
  const response = toResponse(body);
  const offsets: number[] = [];
  for (let at = response.indexOf(placeholder); at !== -1; at = response.indexOf(placeholder, at + placeholder.length))
    offsets.push(at);
  if (offsets.length === 0) return () => response;
  return (text) => {
    const filled = Buffer.allocUnsafe(response.length);
    response.copy(filled);
    for (const offset of offsets) filled.write(text, offset, placeholder.length, 'latin1');
    return filled;
  };
}

/** Formats JSON as a complete HTTP response. */
export function toResponse(json: string): Buffer {
  const bytes = Buffer.from(json);
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}
