/**
 * Moves the role of a tab from the item, which contains two buttons, to the button that selects it, because a tab may contain no
 * other control. The button that closes a tab is for pointers; Delete does the same with the keyboard.
 *
 * @param {HTMLElement} root the element that GraphiQL renders into
 */
export function moveRolesOfTabs(root) {
  for (const item of root.querySelectorAll('.graphiql-tabs > li')) moveRole(item);
}

/**
 * Lets arrows move between tabs, and Delete close one, as the ARIA Authoring Practices describe it.
 *
 * @param {HTMLElement} root
 */
export function useKeysOfTabs(root) {
  root.addEventListener('keydown', (event) => {
    const tab = event.target instanceof Element ? event.target.closest('.graphiql-tab-button') : null;
    if (tab !== null) useKey(event, tab);
  });
}

/** @param {Element} item */
function moveRole(item) {
  const button = item.querySelector('.graphiql-tab-button');
  const selected = item.getAttribute('aria-selected');
  if (button === null || selected === null) return;
  item.setAttribute('role', 'presentation');
  item.removeAttribute('aria-selected');
  button.setAttribute('role', 'tab');
  button.setAttribute('aria-selected', selected);
  button.setAttribute('aria-controls', 'graphiql-session');
  button.setAttribute('aria-keyshortcuts', 'Delete');
  const close = item.querySelector('.graphiql-tab-close');
  close?.setAttribute('aria-hidden', 'true');
  close?.setAttribute('tabindex', '-1');
}

/**
 * @param {KeyboardEvent} event
 * @param {Element} tab
 */
function useKey(event, tab) {
  const item = tab.closest('li');
  const neighbor = { ArrowLeft: item?.previousElementSibling, ArrowRight: item?.nextElementSibling }[event.key];
  if (neighbor) focus(neighbor);
  if (event.key !== 'Delete') return;
  const next = item?.nextElementSibling ?? item?.previousElementSibling;
  /** @type {HTMLElement | null | undefined} */ (item?.querySelector('.graphiql-tab-close'))?.click();
  if (next) focus(next);
}

/** @param {Element} item */
function focus(item) {
  /** @type {HTMLElement | null} */ (item.querySelector('.graphiql-tab-button'))?.focus();
}
