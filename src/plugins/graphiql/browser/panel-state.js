/** @import { Explanation } from './explanation.js' */

/** The key of the switch in the storage of the browser; the panel is switched on when it is first opened. */
const storageKey = 'contactgraph:explain';

/** What the panel shows, and what it asks the gateway for. It dispatches `change`. */
export class PanelState extends EventTarget {
  /** Whether the panel is in the page. */
  isOpen = false;
  /** Whether the next operation is planned instead of executed. */
  isPlanNext = false;
  isOn = localStorage.getItem(storageKey) !== 'off';
  /** @type {Explanation | undefined} */
  explanation = undefined;

  /** @param {Partial<Pick<PanelState, 'isOpen' | 'isPlanNext' | 'isOn' | 'explanation'>>} changes */
  update(changes) {
    Object.assign(this, changes);
    if (changes.isOn !== undefined) localStorage.setItem(storageKey, changes.isOn ? 'on' : 'off');
    this.dispatchEvent(new Event('change'));
  }

  /**
   * Returns what the next request asks for; a plan is asked for once.
   *
   * @returns {{ explain: true } | { explainOnly: true } | undefined}
   */
  takeExtensions() {
    if (!this.isOpen) return undefined;
    if (this.isPlanNext) {
      this.update({ isPlanNext: false });
      return { explainOnly: true };
    }
    return this.isOn ? { explain: true } : undefined;
  }
}
