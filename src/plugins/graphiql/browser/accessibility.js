import { moveRolesOfTabs, useKeysOfTabs } from './accessible-tabs.js';

/**
 * Gives GraphiQL the roles and names that it lacks for screen readers, whenever it has rendered something.
 *
 * @param {HTMLElement} root the element that GraphiQL renders into
 */
export function makeAccessible(root) {
  const observer = new MutationObserver(() => {
    moveRolesOfTabs(root);
    nameControlsOfExplorer(root);
  });
  observer.observe(root, { childList: true, subtree: true, attributeFilter: ['aria-selected'] });
  useKeysOfTabs(root);
}

/**
 * Names the fields of the explorer by the text in front of them, which is that of an argument or of the list of operation types.
 *
 * @param {HTMLElement} root
 */
function nameControlsOfExplorer(root) {
  const controls = '.graphiql-explorer-root :is(input:not([type=checkbox]), select):not([aria-label])';
  for (const control of root.querySelectorAll(controls)) {
    let parent = control.parentElement;
    while (parent !== null && nameIn(parent) === '') parent = parent.parentElement;
    if (parent !== null) control.setAttribute('aria-label', nameIn(parent));
  }
}

/** @param {Element} parent */
function nameIn(parent) {
  const [first = ''] = (parent.textContent ?? '').split(':');
  return first
    .replace(/["\s]+/g, ' ')
    .trim()
    .slice(0, 60);
}
