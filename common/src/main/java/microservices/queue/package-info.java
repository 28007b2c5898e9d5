/**
 * The queue between facades and messages replicas, its room, its sweep, and the cluster that it is in.
 * May use ledger and what it may use.
 */
package microservices.queue;
