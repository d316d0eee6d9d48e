/** JSON of a client that is refused for its size before it is parsed. The message is public: it says what is allowed. */
export class JsonTooLarge extends Error {}

/** Levels of lists and objects. Variables need six levels around a `JSONObject`, which has at most 32. */
const maxDepth = 64;

/**
 * Fields of objects and items of lists. Parsing and coercion take up to 2 µs for each of them. 100 rows of `createContacts`
 * with every field have 12,100.
 */
const maxValues = 20_000;

/**
 * Fields of one object and of the objects directly in it. graphql prints the whole object into the message of each error about
 * it, up to six times: 60,000 fields take 250 ms.
 */
const maxFields = 2_000;

/** Characters of one text as it is sent, escapes included. graphql prints whole texts into its messages as well. */
const maxTextLength = 100_000;

const code = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openList: 0x5b,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
};

/**
 * Checks the size of a JSON text in one pass, before anything of it is parsed: a parser takes a list of 490,000 levels, and
 * the work on its values takes 10 to 30 times as long as this pass.
 *
 * @param text need not be valid JSON
 * @returns the number of the names in all objects, if the text is valid
 * @throws {JsonTooLarge}
 */
export function checkJsonSize(text: string): number {
  let [values, names] = [0, 0];
  /** The fields counted so far of each object that is open. A list has minus infinity, which no field makes larger. */
  const fields: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (character === code.quote) {
      const end = endOfText(text, index);
      if (end - index > maxTextLength)
        throw new JsonTooLarge(`A text in the JSON of a request has at most ${maxTextLength} characters.`);
      index = end;
    } else if (character === code.openList || character === code.openObject) {
      values += 1;
      fields.push(character === code.openObject ? 0 : Number.NEGATIVE_INFINITY);
      if (fields.length > maxDepth) throw new JsonTooLarge(`The JSON of a request is at most ${maxDepth} levels deep.`);
    } else if (character === code.closeList) fields.pop();
    else if (character === code.closeObject) addFields(fields, fields.pop() ?? 0);
    else if (character === code.comma) values += 1;
    else if (character === code.colon) {
      names += 1;
      addFields(fields, 1);
    }
    if (values > maxValues)
      throw new JsonTooLarge(`The JSON of a request has at most ${maxValues} fields and list items.`);
  }
  return names;
}

/** Adds fields to the innermost list or object that is open. */
function addFields(fields: number[], count: number): void {
  const last = fields.length - 1;
  const sum = (fields[last] ?? 0) + count;
  if (sum > maxFields) {
    throw new JsonTooLarge(
      `An object in the JSON of a request has at most ${maxFields} fields, with those of the objects in it.`,
    );
  }
  if (last >= 0) fields[last] = sum;
}

/** @returns the place of the quotation mark that ends the text which begins at `from`; the end of all if there is none */
function endOfText(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
