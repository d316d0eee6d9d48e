/**
 * The allowed form of an upstream id. Other texts, like `..`, `%2f` or an empty segment, could leave the intended path. A word
 * that stands in a path itself would lead to another call: `/v2/customers/tokens/events` redeems the token "events".
 */
export const idPattern =
  /^(?!(?:check|credential|customers|accountings|devices|events|exist|login|logout|organizations|policies|services|settings|sts|tokens?|v\d)$)[a-z0-9_-]{1,128}$/i;

/** Returns a global id in the form of Relay: base64 of `Type:id`. @param typename the name of the object's type in the schema */
export function toGlobalId(typename: string, id: string): string {
  return Buffer.from(`${typename}:${id}`).toString('base64');
}
