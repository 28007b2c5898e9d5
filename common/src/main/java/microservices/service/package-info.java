/**
 * What every service's main needs: settings, start, ordered stop, health.
 * Knows nobody.
 */
package microservices.service;
