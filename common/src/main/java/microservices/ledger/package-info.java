/**
 * Who holds which message: the truth under the queue.
 * May use cluster and what it may use.
 */
package microservices.ledger;
