/**
 * The benchmark, {@code ./run bench}: how fast the system is beside the same HTTP server with nothing behind it, and beside
 * the architecture's usual form. May use the services' door, and of the system's packages the local processes.
 */
package microservices.system.bench;
