import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { absences } from './absence.ts';
import type { Client } from './clients.ts';
import type { Control } from './control.ts';
import { jsonResponse } from './dispatch.ts';
import { faultKinds } from './faults.ts';
import { policyForms } from './organization-settings.ts';
import { readBody } from './request-body.ts';
import { sendResponse } from './send-response.ts';

/** Serves the control functions over HTTP under `/__emulator`. Its requests need no token and are not logged. */
export type ControlHandler = {
  /** Returns whether a request target belongs to this handler. */
  accepts(path: string): boolean;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
};

const root = '/__emulator';

/** Creates the handler. @param clients the clients that `GET /__emulator` shows */
export function createControlHandler(control: Control, clients: Readonly<Record<string, Client>>): ControlHandler {
  const actions: Readonly<Record<string, (body: unknown) => unknown>> = {
    [`GET ${root}`]: () => ({ actions: Object.keys(actions), faultKinds, clients }),
    [`GET ${root}/calls`]: () => ({ calls: control.calls() }),
    [`DELETE ${root}/calls`]: () => control.clearLog(),
    [`GET ${root}/counts`]: () => ({
      counts: control.counts(),
      inFlight: control.loggedInFlight(),
      peakInFlight: control.peakInFlight(),
      abortedByClient: control.abortedByClient(),
    }),
    [`POST ${root}/faults`]: (body) => control.fault(fault.parse(body)),
    [`DELETE ${root}/faults`]: () => control.clearFaults(),
    [`PUT ${root}/latency`]: (body) => {
      const { pattern, ms } = latency.parse(body);
      control.latency(pattern === undefined ? ms : { pattern, ms });
    },
    [`PUT ${root}/clock`]: (body) => control.clock(clock.parse(body)),
    [`PUT ${root}/tokens`]: (body) => {
      const { lifetimeSeconds, claims, refusalStatus, expireAll, redeemLimit } = tokens.parse(body);
      if (claims !== undefined) control.tokenClaims(claims);
      if (refusalStatus !== undefined) control.tokenRefusal(refusalStatus);
      if (lifetimeSeconds !== undefined) control.tokenLifetime(lifetimeSeconds);
      if (expireAll) control.expireTokens();
      if (redeemLimit !== undefined) control.redeemLimit(redeemLimit);
    },
    [`PUT ${root}/existence`]: (body) => {
      const { absence, passwordLimit } = existence.parse(body);
      if (absence !== undefined) control.absence(absence);
      if (passwordLimit !== undefined) control.passwordLimit(passwordLimit);
    },
    [`PUT ${root}/scrolls`]: (body) => {
      const { drop, ...settings } = scrolls.parse(body);
      control.scrolls(settings);
      if (drop) control.dropScrolls();
    },
    [`PUT ${root}/organization`]: (body) => {
      const { form, policies, apps = [] } = organization.parse(body);
      control.policies({ ...(form !== undefined && { form }), ...(policies !== undefined && { policies }) });
      for (const { organizationId, app, settings } of apps) control.appSettings(organizationId, app, settings);
    },
    [`PUT ${root}/events`]: (body) => control.events(events.parse(body)),
    [`POST ${root}/reset`]: () => control.reset(),
  };

  return {
    accepts: (path) => path === root || path.startsWith(`${root}/`),
    async handle(request, response) {
      const action = actions[`${request.method} ${request.url}`];
      if (action === undefined) return sendResponse(response, jsonResponse(404, { message: `See GET ${root}` }));
      try {
        const text = await readBody(request);
        sendResponse(response, jsonResponse(200, Object(action(text === '' ? {} : JSON.parse(text)) ?? {})));
      } catch (error) {
        const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
        sendResponse(response, jsonResponse(400, { message }));
      }
    },
  };
}

const count = z.int().nonnegative();

const fault = z.strictObject({
  path: z.string().exactOptional(),
  method: z.string().toUpperCase().exactOptional(),
  // JSON has no infinity, so HTTP clients send it as text.
  times: z.union([count, z.literal('Infinity').transform(() => Number.POSITIVE_INFINITY)]).exactOptional(),
  skip: count.exactOptional(),
  kind: z.enum(faultKinds),
  after: z.boolean().exactOptional(),
  status: z.int().min(200).max(599).exactOptional(),
  retryAfter: z.string().exactOptional(),
  code: z.string().exactOptional(),
  message: z.string().exactOptional(),
  body: z.string().exactOptional(),
  contentType: z.string().exactOptional(),
  location: z.string().exactOptional(),
  bytes: count.exactOptional(),
  ms: count.exactOptional(),
});

const latency = z.strictObject({ pattern: z.string().optional(), ms: count });

const clock = z.strictObject({ skewSeconds: z.number() });

const limit = z.strictObject({ count, seconds: count });

const tokens = z.strictObject({
  lifetimeSeconds: count.optional(),
  claims: z.boolean().optional(),
  refusalStatus: z.literal([401, 403]).optional(),
  expireAll: z.boolean().optional(),
  redeemLimit: limit.optional(),
});

const existence = z.strictObject({ absence: z.enum(absences).optional(), passwordLimit: limit.optional() });

const object = z.record(z.string(), z.unknown());

const organization = z.strictObject({
  form: z.enum(policyForms).optional(),
  policies: z.array(z.strictObject({ name: z.string(), required: z.boolean() })).optional(),
  apps: z
    .array(
      z.strictObject({
        organizationId: z.string(),
        app: z.string(),
        settings: z
          .strictObject({
            defaultLocationId: z.string().exactOptional(),
            wpa2: object.exactOptional(),
            passpoint: object.exactOptional(),
          })
          .nullable(),
      }),
    )
    .optional(),
});

const events = z.strictObject({
  contactParams: z.boolean().exactOptional(),
  contactScroll: z.boolean().exactOptional(),
  spelling: z.enum(['nested', 'flat', 'mixed']).exactOptional(),
  shuffleTies: z.boolean().exactOptional(),
});

const scrolls = z.strictObject({
  lifetimeSeconds: count.exactOptional(),
  sidChanges: z.boolean().exactOptional(),
  end: z.enum(['empty-page', 'no-sid']).exactOptional(),
  expiredStatus: z.literal([404, 409, 410]).exactOptional(),
  total: z.boolean().exactOptional(),
  loop: z.boolean().exactOptional(),
  drop: z.boolean().exactOptional(),
});
