/** What the script of GraphiQL makes available to its plugins. */
declare const React: { createElement(type: string, properties?: object, ...children: unknown[]): object };
