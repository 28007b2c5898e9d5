/**
 * What a replica has done lately, kept for those who watch.
 * May use message, service, concurrent, metrics and http.
 */
package microservices.recent;
