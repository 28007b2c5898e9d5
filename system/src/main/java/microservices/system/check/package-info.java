/** The rules by which a history is judged, and the verdict.
 * May use {@code history} alone. */
package microservices.system.check;
