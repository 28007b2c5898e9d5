/**
 * The HTTP server: routes, bodies, limits, errors as JSON.
 * May use message, service and concurrent.
 */
package microservices.http;
