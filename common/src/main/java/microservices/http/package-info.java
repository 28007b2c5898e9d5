/**
 * The HTTP server: routes, bodies, limits, probes, errors as JSON.
 * May use message, service, concurrent and metrics.
 */
package microservices.http;
