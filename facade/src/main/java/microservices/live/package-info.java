/**
 * The live page of a facade: what all replicas do, gathered for those who look.
 * May use message, service, concurrent, metrics, http and recent; whom it asks it is told by the facade.
 */
package microservices.live;
