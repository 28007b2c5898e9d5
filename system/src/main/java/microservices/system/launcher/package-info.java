/** The command line of {@code ./run}.
 * May use all the others; none of them may use it. */
package microservices.system.launcher;
