/**
 * One request to the upstream; times in ms since the operation started.
 *
 * @typedef {object} Attempt
 * @property {string} endpoint
 * @property {number} startedMs
 * @property {number} ms
 * @property {number} waitedMs
 * @property {number | string} status
 * @property {number} [bytes]
 * @property {string} [error]
 */

/**
 * One read or write of an operation.
 *
 * @typedef {object} Step
 * @property {string} resource
 * @property {string} endpoint
 * @property {'upstream' | 'shared' | 'cache' | 'stale'} origin
 * @property {readonly string[]} paths
 * @property {number} startedMs
 * @property {number} ms
 * @property {number} [ageMs]
 * @property {readonly Attempt[]} attempts
 * @property {string} [error]
 */

/**
 * A field that needs calls, in a plan.
 *
 * @typedef {object} PlannedCalls
 * @property {string} path
 * @property {string} field
 * @property {number} calls
 * @property {readonly string[]} endpoints
 */

/**
 * What the gateway answers as `extensions.explain`: `plan` is there if nothing was executed.
 *
 * @typedef {object} Explanation
 * @property {string} summary
 * @property {{ requested: number, actual: number }} [cost]
 * @property {number} [ms]
 * @property {number} [admissionMs]
 * @property {number} [bytes]
 * @property {readonly Step[]} steps
 * @property {readonly PlannedCalls[]} [plan]
 */

/**
 * Reads the explanation of an operation from its response: from one JSON text, or from the parts of a stream, of which
 * the last one with an explanation counts.
 *
 * @param {Response} response
 * @returns {Promise<Explanation | undefined>} undefined where there is none
 */
export async function readExplanation(response) {
  const type = response.headers.get('content-type') ?? '';
  const text = await response.text();
  const explanations = payloadsOf(type, text).map(explanationOf);
  return explanations.findLast((explanation) => explanation !== undefined);
}

/**
 * @param {string} type the media type of the response
 * @param {string} text
 */
function payloadsOf(type, text) {
  if (type.startsWith('text/event-stream')) return [...text.matchAll(/^data: ?(.+)$/gm)].map(([, data = '']) => data);
  const boundary = /^multipart\/mixed\b.*boundary="?([^";]+)/.exec(type)?.[1];
  if (boundary === undefined) return [text];
  return text.split(`--${boundary}`).map((part) => part.slice(part.indexOf('\r\n\r\n')));
}

/**
 * @param {string} payload
 * @returns {Explanation | undefined}
 */
function explanationOf(payload) {
  try {
    return JSON.parse(payload).extensions?.explain;
  } catch {
    return undefined; // the end of a stream, or a response of something other than the gateway
  }
}
