// Where the schema says @semanticNonNull, Relay makes non-null types for components that throw the errors of fields.
import { Component, type ReactNode } from 'react';
import { expect, expectTypeOf, test } from 'vitest';
import { createEnvironment } from '../documented/__generated__/relay.ts';
import { startClientGateway } from '../gateway.ts';
import type { strictPageQuery } from './__generated__/strictPageQuery.graphql.ts';
import { render } from './render.tsx';
import { StrictPage } from './strict-page.tsx';

/** Shows a sentence in place of what has thrown an error. */
class ErrorBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };
  static getDerivedStateFromError = () => ({ hasFailed: true });
  override render() {
    return this.state.hasFailed ? <p>The list is not there.</p> : this.props.children;
  }
}

const page = (
  <ErrorBoundary>
    <StrictPage />
  </ErrorBoundary>
);

test('a list that is null only with an error has a type without null', async () => {
  await using server = await startClientGateway({ emulator: { contacts: 4 } });
  using screen = render(createEnvironment(server.fetch), page);
  await expect.poll(() => screen.texts('span')).toHaveLength(2);
  type Contacts = strictPageQuery['response']['contacts'];
  expectTypeOf<null>().not.toExtend<Contacts>();
  expectTypeOf<null>().toExtend<Contacts['nodes'][number]['firstName']>();
});

test('a list that fails upstream is thrown to the error boundary', async () => {
  await using server = await startClientGateway({ emulator: { contacts: 4 } });
  server.emulator.control.fault({ kind: 'status', status: 500, times: Number.POSITIVE_INFINITY });
  using screen = render(createEnvironment(server.fetch), page);
  await expect.poll(() => screen.texts('p')).toEqual(['The list is not there.']);
});
