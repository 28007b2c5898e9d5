/**
 * What a replica counts and knows of itself, for a monitoring system.
 * Knows nobody; whoever has something to tell adds it.
 */
package microservices.metrics;
