/** The style of the panel with upstream calls, in the colours of GraphiQL's themes. */
export const explainStyle = `
      explain-panel { display: block; color-scheme: light dark; --explain-wire: light-dark(#2563eb, #7cb0ff); --explain-text: light-dark(#1d4ed8, #a9cbff); --explain-failed: light-dark(#d0342c, #ff7a70); }
      .graphiql-light explain-panel { color-scheme: light; }
      .graphiql-dark explain-panel { color-scheme: dark; }
      explain-panel .explain-title { margin: 0 0 12px; font-size: var(--font-size-h2); font-weight: var(--font-weight-medium); }
      explain-panel p { margin: 0; }
      explain-panel .explain-controls { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; margin-bottom: 16px; }
      explain-panel label { display: inline-flex; gap: 8px; align-items: center; cursor: pointer; }
      explain-panel input[role=switch] { appearance: none; width: 34px; height: 20px; margin: 0; border-radius: 10px; cursor: pointer; background: hsla(var(--color-neutral), .55); transition: background .15s; }
      explain-panel input[role=switch]::before { content: ''; display: block; width: 14px; height: 14px; margin: 3px; border-radius: 50%; background: hsl(var(--color-base)); transition: translate .15s; }
      explain-panel input[role=switch]:checked { background: var(--explain-wire); }
      explain-panel input[role=switch]:checked::before { translate: 14px; }
      explain-panel .explain-plan { padding: 4px 12px; border: 1px solid hsla(var(--color-neutral), .5); border-radius: 6px; background: none; font: inherit; color: inherit; cursor: pointer; }
      explain-panel .explain-plan:hover, explain-panel .explain-plan[aria-pressed=true] { background: hsla(var(--color-neutral), .12); }
      explain-panel :is(input, button, summary, .explain-table):focus-visible { outline: 2px solid var(--explain-wire); outline-offset: 2px; }
      explain-panel .explain-summary { font-size: var(--font-size-h4); font-weight: var(--font-weight-medium); }
      explain-panel .explain-totals { margin: 2px 0 14px; color: hsla(var(--color-neutral), .85); }
      explain-panel .explain-scale { display: flex; justify-content: space-between; padding-bottom: 2px; border-bottom: 1px solid hsla(var(--color-neutral), .25); font-size: 12px; }
      explain-panel .explain-steps { list-style: none; margin: 0; padding: 0; }
      explain-panel .explain-step { display: grid; grid-template-columns: 1fr auto auto; gap: 2px 10px; padding: 9px 0; border-bottom: 1px solid hsla(var(--color-neutral), .15); --explain-bar: var(--explain-wire); }
      explain-panel .explain-path { font: 13px var(--font-family-mono); font-weight: 600; overflow-wrap: anywhere; }
      explain-panel .explain-state { align-self: start; padding: 0 7px; border: 1px solid currentColor; border-radius: 9px; font-size: 12px; line-height: 17px; color: var(--explain-text); }
      explain-panel .explain-ms { font-variant-numeric: tabular-nums; white-space: nowrap; }
      explain-panel .explain-facts { grid-column: 1 / -1; font-size: 12px; overflow-wrap: anywhere; color: hsla(var(--color-neutral), .9); }
      explain-panel .explain-track { grid-column: 1 / -1; position: relative; height: 10px; margin-top: 3px; border-radius: 3px; overflow: hidden; background: hsla(var(--color-neutral), .08); }
      explain-panel .explain-track > span { position: absolute; top: 0; bottom: 0; min-width: 2px; }
      explain-panel .explain-whole { background: color-mix(in srgb, var(--explain-bar) 30%, transparent); }
      explain-panel .explain-wire { background: var(--explain-bar); }
      explain-panel .explain-error { background: var(--explain-failed); }
      explain-panel .explain-wait { background: repeating-linear-gradient(135deg, hsl(var(--color-neutral)) 0 2px, hsla(var(--color-neutral), .2) 2px 5px); }
      explain-panel .explain-track > .explain-wait { min-width: 0; }
      explain-panel .explain-legend { display: flex; flex-wrap: wrap; gap: 4px 14px; margin: 12px 0; font-size: 12px; --explain-bar: var(--explain-wire); }
      explain-panel .explain-key { display: inline-block; width: 18px; height: 10px; margin-right: 6px; border-radius: 2px; }
      explain-panel summary { cursor: pointer; }
      explain-panel .explain-table { overflow-x: auto; margin-top: 8px; }
      explain-panel table { border-collapse: collapse; font-size: 12px; }
      explain-panel caption { text-align: left; padding-bottom: 4px; }
      explain-panel :is(th, td) { padding: 3px 10px 3px 0; text-align: left; white-space: nowrap; border-bottom: 1px solid hsla(var(--color-neutral), .15); }
      explain-panel .explain-fresh { --explain-bar: light-dark(#15803d, #4ade80); --explain-text: light-dark(#166534, #7ee8a5); }
      explain-panel .explain-stale { --explain-bar: light-dark(#c27803, #fbbf24); --explain-text: light-dark(#854d0e, #fcd34d); }
      explain-panel .explain-coalesced { --explain-bar: light-dark(#7c3aed, #c4a1ff); --explain-text: light-dark(#6d28d9, #d6c2ff); }
      explain-panel .explain-failed { --explain-bar: var(--explain-failed); --explain-text: light-dark(#b42318, #ff9d94); }`;
