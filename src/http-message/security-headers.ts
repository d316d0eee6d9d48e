/**
 * Headers of every response that has no content security policy of its own. The answers of the graph are data: a browser that
 * is made to show one runs nothing of it, shows it in no frame, and does not load it into a page of another origin. The
 * resource policy concerns loads without CORS only. `Strict-Transport-Security` is set where TLS ends, at the proxy.
 */
export const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
} as const;
