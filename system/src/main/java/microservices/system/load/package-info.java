/** Clients that post to a system, and readers of its lists, which record what they see.
 * May use {@code local} and {@code history}. */
package microservices.system.load;
