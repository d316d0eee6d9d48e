import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** An answer to a request that came from a chosen address. */
export type AddressedAnswer = {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  data: unknown;
  codes: string[];
};

/** Sends an operation to `/graphql` from one of the addresses of the loopback network, like `127.0.0.2`. */
export async function postFrom(
  localAddress: string,
  url: string,
  params: object,
  headers: Record<string, string> = {},
): Promise<AddressedAnswer> {
  const call = request(`${url}/graphql`, {
    ...{ method: 'POST', localAddress, agent: false },
    headers: { 'content-type': 'application/json', ...headers },
  });
  call.end(JSON.stringify(params));
  const [response] = await once(call, 'response');
  const { data = null, errors = [] } = JSON.parse(await text(response));
  const codes = errors.map((error: { extensions: { code: string } }) => error.extensions.code);
  return { status: response.statusCode, headers: response.headers, data, codes };
}
