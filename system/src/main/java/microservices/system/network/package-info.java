/** The network between the replicas of a system: namespaces, dropped packets, slow links.
 * May use {@code local}. */
package microservices.system.network;
