/** What clients did and what they were answered, in memory and in a file.
 * May use nothing else of ours. */
package microservices.system.history;
