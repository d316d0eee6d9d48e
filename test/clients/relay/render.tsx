import { type ReactNode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { RelayEnvironmentProvider } from 'react-relay';
import type { Environment } from 'relay-runtime';
import { window } from './dom.ts';

/** Components in a document without a screen. */
export type Screen = Disposable & {
  /** The texts of the elements that a CSS selector finds. */
  texts(selector: string): string[];
  /** An attribute of the elements that a CSS selector finds. */
  attributes(selector: string, name: string): string[];
  /** Clicks the button with this text. @throws {Error} if there is none, or it is disabled */
  click(text: string): void;
};

/** Renders components that read from an environment of Relay. */
export function render(environment: Environment, children: ReactNode): Screen {
  const { document } = window;
  const container = document.createElement('main');
  document.body.append(container);
  const root = createRoot(Object(container));
  root.render(
    <RelayEnvironmentProvider environment={environment}>
      <Suspense fallback={<p>Loading</p>}>{children}</Suspense>
    </RelayEnvironmentProvider>,
  );
  const find = (selector: string) => [...container.querySelectorAll(selector)];
  return {
    texts: (selector) => find(selector).map(({ textContent }) => textContent),
    attributes: (selector, name) => find(selector).map((element) => element.getAttribute(name) ?? ''),
    click(text) {
      const button = find('button:not([disabled])').find(({ textContent }) => textContent === text);
      if (button === undefined) throw new Error(`There is no button ${text} that can be clicked.`);
      button.dispatchEvent(new window.MouseEvent('click', { bubbles: true }));
    },
    [Symbol.dispose]() {
      root.unmount();
      container.remove();
    },
  };
}
