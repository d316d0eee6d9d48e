/** @import { Explanation, Step } from './explanation.js' */
import { element, table } from './dom.js';
import { formatBytes, formatCount, formatMs } from './format.js';

/** What the source of the data of a step is called. */
const cacheStates = { cache: 'fresh', stale: 'stale', shared: 'coalesced', upstream: 'miss' };

/**
 * Draws the steps of an operation as a waterfall: one bar for each request, after a hatched one for the time that it waited.
 *
 * @param {Explanation} explanation
 */
export function waterfall({ steps, ms = 0 }) {
  const sorted = [...steps].sort((a, b) => a.startedMs - b.startedMs);
  const end = Math.max(1, ms, ...sorted.map((step) => step.startedMs + step.ms));
  return [
    scale(end),
    element('ol', { class: 'explain-steps' }, ...sorted.map((step) => row(step, end))),
    element('p', { class: 'explain-legend', 'aria-hidden': 'true' }, ...legend()),
    element('details', {}, element('summary', {}, 'As a table'), tableOf(sorted)),
  ];
}

/** @param {number} end */
function scale(end) {
  const marks = [0, 0.5, 1].map((part) => element('span', {}, formatMs(end * part)));
  return element('div', { class: 'explain-scale', 'aria-hidden': 'true' }, ...marks);
}

/**
 * @param {Step} step
 * @param {number} end
 */
function row(step, end) {
  const state = stateOf(step);
  const retries = step.attempts.length - 1;
  const facts = [
    step.endpoint,
    `starts at ${formatMs(step.startedMs)}`,
    ...(waitOf(step) >= 0.1 ? [`waited ${formatMs(waitOf(step))}`] : []),
    ...(retries > 0 ? [formatCount(retries, 'retry', 'retries')] : []),
    ...(bytesOf(step) > 0 ? [formatBytes(bytesOf(step))] : []),
    ...(step.ageMs !== undefined && step.origin !== 'upstream' ? [`${formatMs(step.ageMs)} old`] : []),
    ...(step.error === undefined ? [] : [step.error]),
  ];
  const kind = step.error === undefined ? state : 'failed';
  return element(
    'li',
    { class: `explain-step explain-${kind}` },
    element('span', { class: 'explain-path' }, nameOf(step)),
    element('span', { class: 'explain-state' }, kind === 'failed' ? 'failed' : state),
    element('span', { class: 'explain-ms' }, formatMs(step.ms)),
    element('span', { class: 'explain-facts' }, facts.join(' · ')),
    track(step, end),
  );
}

/**
 * @param {Step} step
 * @param {number} end
 */
function track(step, end) {
  const bars = step.attempts.flatMap((attempt) => [
    bar('explain-wait', attempt.startedMs - attempt.waitedMs, attempt.waitedMs, end),
    bar(
      attempt.error === undefined ? 'explain-wire' : 'explain-wire explain-error',
      attempt.startedMs,
      attempt.ms,
      end,
    ),
  ]);
  const whole = bar('explain-whole', step.startedMs, step.ms, end);
  return element('span', { class: 'explain-track', 'aria-hidden': 'true' }, whole, ...bars);
}

/**
 * @param {string} kind
 * @param {number} from
 * @param {number} ms
 * @param {number} end
 */
function bar(kind, from, ms, end) {
  const drawn = element('span', { class: kind });
  drawn.style.left = `${(Math.max(0, from) / end) * 100}%`;
  drawn.style.width = `${(ms / end) * 100}%`;
  return drawn;
}

/** The paths that are shown of a step that many fields need. */
const shownPaths = 3;

/** @param {Step} step */
function nameOf({ paths, resource }) {
  if (paths.length === 0) return resource;
  const more = paths.length - shownPaths;
  return paths.slice(0, shownPaths).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** @param {Step} step */
function stateOf({ origin, endpoint }) {
  return origin === 'upstream' && !endpoint.startsWith('GET ') ? 'write' : cacheStates[origin];
}

/** @param {Step} step */
const waitOf = ({ attempts }) => attempts.reduce((sum, { waitedMs }) => sum + waitedMs, 0);

/** @param {Step} step */
const bytesOf = ({ attempts }) => attempts.reduce((sum, { bytes = 0 }) => sum + bytes, 0);

function legend() {
  const keys = { wait: 'waiting to be sent', wire: 'at the upstream', whole: 'the whole read or write' };
  return Object.entries(keys).map(([kind, text]) =>
    element('span', {}, element('span', { class: `explain-key explain-${kind}` }), text),
  );
}

/** @param {readonly Step[]} steps */
function tableOf(steps) {
  const columns = ['Path', 'Endpoint', 'Cache', 'Start', 'Duration', 'Waiting', 'Retries', 'Bytes', 'Error'];
  const rows = steps.map((step) => [
    nameOf(step),
    step.endpoint,
    stateOf(step),
    formatMs(step.startedMs),
    formatMs(step.ms),
    formatMs(waitOf(step)),
    String(Math.max(0, step.attempts.length - 1)),
    formatBytes(bytesOf(step)),
    step.error ?? '',
  ]);
  // The table is wider than the panel, and is scrolled with the keyboard, too.
  const region = { class: 'explain-table', role: 'region', 'aria-label': 'Upstream calls as a table', tabindex: '0' };
  return element('div', region, table('Upstream calls', columns, rows));
}
