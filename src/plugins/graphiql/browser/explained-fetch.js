/** @import { PanelState } from './panel-state.js' */
import { readExplanation } from './explanation.js';

/**
 * Adds to the operations that the page sends what the panel asks for, and gives the panel what the gateway answers.
 *
 * @param {PanelState} state
 */
export function explainRequests(state) {
  const send = self.fetch;
  /** @type {typeof self.fetch} */
  const explainedFetch = async (input, init = {}) => {
    const body = addExtensions(init.body, state);
    if (body === undefined) return send(input, init);
    const response = await send(input, { ...init, body });
    readExplanation(response.clone()).then(
      (explanation) => state.update({ explanation }),
      () => undefined, // a response that was aborted
    );
    return response;
  };
  self.fetch = explainedFetch;
}

/**
 * @param {unknown} body
 * @param {PanelState} state
 * @returns {string | undefined} undefined for a request that is sent as it is
 */
function addExtensions(body, state) {
  if (typeof body !== 'string') return undefined;
  const parameters = JSON.parse(body);
  if (parameters.operationName === 'IntrospectionQuery') return undefined;
  const asked = state.takeExtensions();
  return asked && JSON.stringify({ ...parameters, extensions: { ...parameters.extensions, ...asked } });
}
