package microservices.system.check;

import java.time.Duration;

/**
 * A line of the table at the end of a run; messages and violations count for the last strike before them.
 *
 * @param lost texts that were acknowledged or read, and were missing later
 * @param unavailable see {@link Outages}
 */
public record FaultRow(
        String fault, int struck, int acknowledged, int unknown, int lost, int doubled, Duration unavailable) {}
