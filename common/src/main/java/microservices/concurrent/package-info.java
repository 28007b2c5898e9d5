/**
 * Waiting and sharing between threads.
 * Knows nobody.
 */
package microservices.concurrent;
