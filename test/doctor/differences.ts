/** A JSON object of a body. */
export type Json = Record<string, unknown>;

/** Changes each object that has the last name of a path, like `customers.metrics.countTotalVisits`; lists are passed through. */
function edit(body: Json, path: string, change: (holder: Json, name: string) => void): Json {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let holders: unknown[] = [body];
  for (const name of names) holders = holders.flatMap((holder) => Object(holder)[name] ?? []);
  for (const holder of holders) if (Object(holder)[last] !== undefined) change(holder as Json, last);
  return body;
}

/** A name of the contract is another one. */
export const rename = (path: string, to: string) => (body: Json) =>
  edit(body, path, (holder, name) => {
    holder[to] = holder[name];
    delete holder[name];
  });

/** A name of the contract is absent. */
export const drop = (path: string) => (body: Json) => edit(body, path, (holder, name) => delete holder[name]);

/** A value has another type; null stays null. */
export const retype = (path: string, convert: (value: unknown) => unknown) => (body: Json) =>
  edit(body, path, (holder, name) => {
    if (holder[name] !== null) holder[name] = convert(holder[name]);
  });

/** A value stands in an object within its object. */
export const nest = (path: string, into: string) => (body: Json) =>
  edit(body, path, (holder, name) => {
    holder[into] = { ...Object(holder[into]), [name]: holder[name] };
    delete holder[name];
  });

/** The values of an object stand beside it. */
export const flatten = (path: string) => (body: Json) =>
  edit(body, path, (holder, name) => {
    Object.assign(holder, holder[name]);
    delete holder[name];
  });

/** A difference that is planted into the answers of one call, and the finding that is expected. */
export type Planted = {
  readonly what: string;
  /** Matches the method, the target and the status of a response, like `GET /v2/customers/x 200`. */
  readonly call: RegExp;
  readonly change?: (body: Json) => unknown;
  readonly status?: number;
  /** How often it is planted; always by default. */
  readonly times?: number;
  /** The name of the finding, the file of the wire contract, and a text on the line of it. */
  readonly finding: readonly [name: string, file: string, line: string];
};
