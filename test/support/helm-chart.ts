import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { runProgram } from './process.ts';

/** An object of Kubernetes, as the chart writes it. */
export type Manifest = { apiVersion: string; kind: string; metadata: { name: string } } & Record<string, unknown>;

/** The values of a chart. */
export type Values = { [name: string]: unknown };

/** Renders the templates of the chart. */
export type ChartRenderer = {
  /**
   * @param values what is set beside values.yaml
   * @throws {Error} with the message of `fail`, or of an invalid template
   */
  render(values: Values): Promise<Manifest[]>;
  /** The text of one template. */
  renderText(template: string, values: Values): Promise<string>;
  close(): Promise<void>;
};

const chart = new URL('../../deploy/helm/contactgraph/', import.meta.url).pathname;

/** Reads a YAML file of the chart, with the rules of YAML 1.1 that Helm applies. */
export async function readChartFile(name: string): Promise<Values> {
  return parse(await readFile(join(chart, name), 'utf8'), { version: '1.1' });
}

/** The values that the templates get: objects are merged, and everything else is replaced, as in Helm. */
export async function withDefaults(values: Values): Promise<Values> {
  return merge(await readChartFile('values.yaml'), values);
}

/**
 * Starts Caddy, whose templates are those of Go with the functions of sprig, as Helm's are. The functions that Helm adds, like
 * `include` and `toYaml`, are missing, and the chart does without them.
 *
 * @throws {Error} if Caddy does not start
 */
export async function startChartRenderer(): Promise<ChartRenderer> {
  const folder = await mkdtemp(join(tmpdir(), 'contactgraph-chart-'));
  const socket = join(folder, 'socket');
  const file = join(folder, 'caddy.json');
  await writeFile(file, JSON.stringify(configurationOf(folder, socket)));
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
  const caddy = runProgram('caddy', ['run', '--config', file], { env });
  await caddy.printed(/serving initial configuration/).catch((error: Error) => {
    throw new Error(`${error.message} (sudo scripts/install-caddy.sh installs it)`);
  });
  const helpers = await readFile(join(chart, 'templates/_helpers.tpl'), 'utf8');

  let renderings = 0;

  async function renderText(template: string, values: Values): Promise<string> {
    const { appVersion } = await readChartFile('Chart.yaml');
    const data = {
      Values: await withDefaults(values),
      Chart: { AppVersion: appVersion },
      Release: { Name: 'web', Namespace: 'contacts', Service: 'Helm' },
    };
    const body = await readFile(join(chart, 'templates', template), 'utf8');
    // A string literal of JSON is one of Go as well.
    const call = `{{ template "rendered" (fromJson ${JSON.stringify(JSON.stringify(data))}) }}`;
    renderings += 1;
    const path = `/${renderings}.txt`;
    await writeFile(join(folder, path), `${helpers}{{ define "rendered" }}${body}{{ end }}${call}`);
    const content = await read(socket, path);
    if (content === undefined) {
      const [line] = await caddy.printed(new RegExp(`.*"uri":"${path}".*`));
      throw new Error(`${template}: ${JSON.parse(line).msg}`);
    }
    return content;
  }

  return {
    renderText,
    async render(values) {
      const manifests: Manifest[] = [];
      for (const template of (await readdir(join(chart, 'templates'))).filter((name) => name.endsWith('.yaml'))) {
        const manifest: Manifest | null = parse(await renderText(template, values), { version: '1.1' });
        if (manifest !== null) manifests.push(manifest);
      }
      return manifests;
    },
    async close() {
      caddy.child.kill();
      await caddy.exited;
      await rm(folder, { recursive: true });
    },
  };
}

function configurationOf(root: string, socket: string) {
  const handle = [{ handler: 'templates', mime_types: ['text/plain'] }, { handler: 'file_server' }];
  const routes = [{ handle: [{ handler: 'vars', root }, ...handle] }];
  const servers = { chart: { listen: [`unix/${socket}`], automatic_https: { disable: true }, routes } };
  const logging = { logs: { default: { writer: { output: 'stdout' } } } };
  return { admin: { disabled: true }, logging, apps: { http: { servers } } };
}

/** Returns undefined if the template failed: the answer of Caddy has a status then, and no body. */
async function read(socketPath: string, path: string): Promise<string | undefined> {
  const request = get({ socketPath, path, agent: false });
  const [response]: IncomingMessage[] = await once(request, 'response');
  if (response?.statusCode === 200) return text(response);
  request.destroy();
  return undefined;
}

function merge(base: Values, over: Values): Values {
  const merged = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const old = merged[name];
    merged[name] = isObject(old) && isObject(value) ? merge(old, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
