// Measures what traces cost: npm run bench:tracing -- --help

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { runScript } from './command-line.ts';

const usage = `Usage: npm run bench:tracing -- [--before ../other-checkout] [options of bench:turns]
Compares the CPU per operation of three gateways in interleaved time slices: without traces, with traces at 10 % sampling, and with
all traces. The spans are sent to a receiver in this process. With --before the first gateway is that of another checkout, for
example one from before there were traces, and the gateway without traces is the second.`;

const script = new URL('compare/interleaved.ts', import.meta.url).pathname;

await runScript(usage, async (args) => {
  const index = args.indexOf('--before');
  const [before, rest] = index < 0 ? [[], args] : [[`contactgraph@${args[index + 1]}`], args.toSpliced(index, 2)];
  const receiver = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(200).end());
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;
  const exporting = `contactgraph:OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${port}`;
  const sampled = `${exporting}:OTEL_TRACES_SAMPLER=parentbased_traceidratio:OTEL_TRACES_SAMPLER_ARG=0.1`;
  const child = spawn(process.execPath, [script, ...rest, ...before, 'contactgraph', sampled, exporting], {
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  receiver.close();
  process.exitCode = code ?? 1;
});
