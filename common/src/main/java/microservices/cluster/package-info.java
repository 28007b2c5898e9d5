/**
 * The embedded Hazelcast member: its configuration, confirmed writes, whether the cluster is safe, memory.
 * May use message, service, concurrent and metrics; never http.
 */
package microservices.cluster;
