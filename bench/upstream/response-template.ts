/** An HTTP answer with gaps: whoever asks gets a copy with the gaps filled in. */
export type Template = (text: string) => Buffer;

/**
 * Prepares the answer for a body in which `gap` stands wherever a text of the request belongs. That text is as long as
 * the gap, so that the head with its length stays.
 */
export function createTemplate(body: string, gap: string): Template {
  const answer = toAnswer(body);
  const slots: number[] = [];
  for (let at = answer.indexOf(gap); at !== -1; at = answer.indexOf(gap, at + gap.length)) slots.push(at);
  if (slots.length === 0) return () => answer;
  return (text) => {
    const filled = Buffer.allocUnsafe(answer.length);
    answer.copy(filled);
    for (const slot of slots) filled.write(text, slot, gap.length, 'latin1');
    return filled;
  };
}

/** JSON with its head, ready to be sent. */
export function toAnswer(json: string): Buffer {
  const bytes = Buffer.from(json);
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}
