// The caller that sends the worst operations, in a process of its own: node bench/fairness/attacker.ts <url> <first index>

import process from 'node:process';
import { tokenOf } from '../compare/requests.ts';
import { createClient } from './client.ts';
import { worstOperations } from './worst-operations.ts';

/** What became of one operation. */
export type Attack = { name: string; outcome: string };

/** The operations that are pending at any time. */
const atOnce = 20;

const [, , url = '', first] = process.argv;
const send = createClient(url, tokenOf(0));
let index = Number(first);

await Promise.all(Array.from({ length: atOnce }, sendForever));

async function sendForever(): Promise<void> {
  for (;;) {
    index += 1;
    const operation = worstOperations[index % worstOperations.length];
    if (operation === undefined) return;
    const { outcome } = await send(operation.make(index));
    process.send?.({ name: operation.name, outcome } satisfies Attack);
  }
}
