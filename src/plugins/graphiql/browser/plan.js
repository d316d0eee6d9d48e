/** @import { Explanation, PlannedCalls } from './explanation.js' */
import { element } from './dom.js';
import { formatCount } from './format.js';

/**
 * Draws the plan of an operation: the fields that need calls, with a bar for the number of their calls.
 *
 * @param {Explanation} explanation
 */
export function plan({ plan: fields = [] }) {
  const most = Math.max(1, ...fields.map(({ calls }) => calls));
  return [element('ol', { class: 'explain-steps' }, ...fields.map((field) => row(field, most)))];
}

/**
 * @param {PlannedCalls} field
 * @param {number} most
 */
function row({ path, field, calls, endpoints }, most) {
  const bar = element('span', { class: 'explain-wire' });
  bar.style.width = `${(calls / most) * 100}%`;
  return element(
    'li',
    { class: 'explain-step explain-miss' },
    element('span', { class: 'explain-path' }, path),
    element('span', { class: 'explain-state' }, calls === 0 ? 'shared' : formatCount(calls, 'call', 'calls')),
    element('span', { class: 'explain-facts' }, `${field} · ${endpoints.join(', ')}`),
    element('span', { class: 'explain-track', 'aria-hidden': 'true' }, bar),
  );
}
