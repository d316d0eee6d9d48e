import { explainRequests } from './explained-fetch.js';
import { definePanel } from './panel.js';
import { PanelState } from './panel-state.js';

const state = new PanelState();
explainRequests(state);
definePanel(state);

/** Three bars of a waterfall. */
function icon() {
  const bars = ['M3 6h9', 'M8 12h10', 'M13 18h8'].map((d) => React.createElement('path', { d, key: d }));
  const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 2.4, strokeLinecap: 'round' };
  return React.createElement('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true', ...stroke }, bars);
}

/** The plugin of GraphiQL that shows the upstream calls of operations. */
export const explainPlugin = { title: 'Upstream Calls', icon, content: () => React.createElement('explain-panel') };
