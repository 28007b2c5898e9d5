/** The processes of a system on this machine: which replicas there are, starting, stopping and asking them.
 * May use nothing else of ours. */
package microservices.system.local;
