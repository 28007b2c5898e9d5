/**
 * What a message is: its id, its text, their rules; and how a request is refused.
 * Knows nobody.
 */
package microservices.message;
