/** @import { PanelState } from './panel-state.js' */
import { element } from './dom.js';
import { formatBytes, formatMs } from './format.js';
import { plan } from './plan.js';
import { waterfall } from './waterfall.js';

/**
 * Defines the element of the panel.
 *
 * @param {PanelState} state
 */
export function definePanel(state) {
  customElements.define(
    'explain-panel',
    class extends HTMLElement {
      #status = element('p', { class: 'explain-summary', role: 'status' });
      #result = element('div', { class: 'explain-result' });
      #isOn = element('input', { type: 'checkbox', role: 'switch', id: 'explain-on' });
      #planOnly = element('button', { type: 'button', class: 'explain-plan' }, 'Plan only');

      connectedCallback() {
        this.#isOn.addEventListener('change', () => state.update({ isOn: this.#isOn.checked }));
        this.#planOnly.addEventListener('click', () => requestPlan(state));
        this.replaceChildren(
          element('h2', { class: 'explain-title' }, 'Upstream calls'),
          element(
            'div',
            { class: 'explain-controls' },
            element('label', {}, this.#isOn, 'Explain each run'),
            this.#planOnly,
          ),
          this.#status,
          this.#result,
        );
        state.addEventListener('change', this.#render);
        state.update({ isOpen: true });
      }

      disconnectedCallback() {
        state.removeEventListener('change', this.#render);
        state.update({ isOpen: false, isPlanNext: false });
      }

      #render = () => {
        const { explanation } = state;
        this.#isOn.checked = state.isOn;
        this.#planOnly.setAttribute('aria-pressed', String(state.isPlanNext));
        this.#status.textContent = statusOf(state);
        if (explanation === undefined) this.#result.replaceChildren();
        else {
          const drawn = explanation.plan === undefined ? waterfall(explanation) : plan(explanation);
          this.#result.replaceChildren(totals(explanation), ...drawn);
        }
      };
    },
  );
}

/**
 * Runs the operation of the editor, so that its plan is shown. Where the document has several, GraphiQL lets the user choose one.
 *
 * @param {PanelState} state
 */
function requestPlan(state) {
  state.update({ isPlanNext: !state.isPlanNext });
  /** @type {HTMLButtonElement | null} */
  const execute = document.querySelector('.graphiql-execute-button');
  if (state.isPlanNext) execute?.click();
}

/** @param {PanelState} state */
function statusOf({ isPlanNext, isOn, explanation }) {
  if (isPlanNext) return 'Run an operation: its plan is shown, and it is not executed.';
  if (explanation !== undefined) return explanation.summary;
  return isOn ? 'Run an operation to see its upstream calls.' : 'Switch on to see the upstream calls of operations.';
}

/** @param {import('./explanation.js').Explanation} explanation */
function totals({ ms, admissionMs = 0, bytes, cost, plan: fields }) {
  const facts = [
    ...(ms === undefined ? [] : [formatMs(ms)]),
    ...(bytes === undefined ? [] : [formatBytes(bytes)]),
    ...(cost === undefined ? [] : [fields ? `cost ${cost.requested}` : `cost ${cost.actual} of ${cost.requested}`]),
    ...(admissionMs >= 0.1 ? [`waited ${formatMs(admissionMs)} for admission`] : []),
  ];
  return element('p', { class: 'explain-totals' }, facts.join(' · '));
}
