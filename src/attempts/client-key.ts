import { type Caller, callerKey } from '../auth/caller.ts';
import { toNetwork } from './client-network.ts';

/**
 * Returns the key by which capacity is divided and attempts are counted: that of the caller, or of the network for anonymous
 * callers, who have nothing else that tells them apart.
 *
 * @param clientAddress the address of the client, if it is known
 */
export function clientKey(caller: Caller, clientAddress: string | undefined): string {
  return caller.isAnonymous ? `address ${toNetwork(clientAddress ?? '')}` : callerKey(caller);
}
