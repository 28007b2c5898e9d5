/** The faults, the order in which they strike, and the run that strikes with them.
 * May use {@code local}, {@code network}, {@code history}, {@code check} and {@code load}. */
package microservices.system.torture;
