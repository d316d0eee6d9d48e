import { maxBodyBytes } from './limits.ts';

/** Options of Yoga that do not depend on the configuration: what Yoga would do itself, the gateway's plugins and router do. */
export const yogaOptions = {
  cors: false,
  graphiql: false,
  landingPage: false,
  healthCheckEndpoint: ' ', // no address ends so: the router answers health checks
  multipart: false,
  logging: false,
  maskedErrors: false,
  maxRequestBodySize: maxBodyBytes,
  parserAndValidationCache: false,
} as const;
