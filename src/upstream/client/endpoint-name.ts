import { path } from '../wire/index.ts';

/** The name of an endpoint: a key of `path`. There are as many as the wire contract has, so they can label metrics. */
export type EndpointName = keyof typeof path;

/** One segment of the paths of all endpoints. */
type Segment = { readonly next: Map<string, Segment>; name?: EndpointName };

/** Stands for an id in the paths below. No id contains it. */
const anyId = '*';

const root = segmentsOfAllPaths();

/** Returns the name of the endpoint that a path leads to; `other` for a path of none. It contains no id. */
export function endpointNameOf(requestPath: string): EndpointName | 'other' {
  let segment: Segment | undefined = root;
  for (const text of requestPath.split('/')) segment = segment?.next.get(text) ?? segment?.next.get(anyId);
  return segment?.name ?? 'other';
}

function segmentsOfAllPaths(): Segment {
  const first: Segment = { next: new Map() };
  for (const [name, template] of Object.entries(path)) {
    const pattern = typeof template === 'string' ? template : template(anyId, anyId, anyId);
    let segment = first;
    for (const text of pattern.split('/')) {
      const key = text.includes(anyId) ? anyId : text;
      const next: Segment = segment.next.get(key) ?? { next: new Map() };
      segment.next.set(key, next);
      segment = next;
    }
    segment.name = name as EndpointName; // a key of the object that is iterated over
  }
  return first;
}
