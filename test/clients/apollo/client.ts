import { ApolloClient, type ApolloLink, HttpLink, type ObservableQuery, type OperationVariables } from '@apollo/client';
import { filter, firstValueFrom } from 'rxjs';
import { createCache } from '../documented/__generated__/apollo-client.ts';
import type { ClientGateway } from '../gateway.ts';

/** Creates Apollo Client with the cache of docs/clients.md. @param link instead of an `HttpLink` to the gateway */
export function createClient(server: ClientGateway, link?: ApolloLink): ApolloClient {
  return new ApolloClient({
    link: link ?? new HttpLink({ uri: '/graphql', fetch: server.fetch }),
    cache: createCache(),
  });
}

/**
 * Returns the data that a watched query shows when no request is pending for it.
 *
 * @throws {Error} when the cache does not have all of it
 */
export async function shownData<Data, Variables extends OperationVariables>(
  query: ObservableQuery<Data, Variables>,
): Promise<Data> {
  const result = await firstValueFrom(query.pipe(filter(({ loading }) => !loading)));
  if (result.dataState !== 'complete') throw new Error('The cache does not have all that the query selects.');
  // Apollo Client has a conditional type for this, which depends on Data.
  return result.data as Data;
}
