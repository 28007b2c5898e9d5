package microservices.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.concurrent.Deadline;
import microservices.message.Refusal;
import microservices.metrics.Metrics;
import microservices.testing.Await;
import microservices.testing.MetricsText;
import microservices.testing.TestMap;
import microservices.testing.TestMembers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a write waits for a safe cluster; the test answers in place of the cluster. */
@Timeout(60)
class ClusterSafetyClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch firstAnswer = new CountDownLatch(1);
    private final AtomicBoolean firstAnswerIs = new AtomicBoolean(true);
    private TestMembers members;
    /** Asks the first question. */
    private volatile Thread first;

    private ClusterSafety safety;

    @BeforeEach
    void start() {
        members = TestMembers.of(TestMap::member, 2);
        safety = new ClusterSafety(members.get(0), "test", () -> {
            if (asked.incrementAndGet() == 1) {
                first = Thread.currentThread();
                awaitFirstAnswer();
                return firstAnswerIs.get();
            }
            return true;
        });
    }

    private void awaitFirstAnswer() {
        try {
            firstAnswer.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void stop() {
        firstAnswer.countDown();
        members.close();
    }

    @Test
    void asksOnceMore_whenTheFirstQuestionHangs() {
        safety.oneLeft();
        safety.await(Deadline.in(LIMIT));
        assertEquals(2, asked.get());
        assertTrue(safety.settled());
    }

    @Test
    void tellsOfTheQuestionThatWasAskedLast_whicheverIsAnsweredLast() throws Exception {
        Metrics metrics = new Metrics();
        safety.addTo(metrics);
        firstAnswerIs.set(false);
        safety.oneLeft();
        safety.await(Deadline.in(LIMIT));
        firstAnswer.countDown();
        first.join(LIMIT.toMillis());
        assertEquals(1, MetricsText.of(metrics).value("message_service_cluster_safe"));
    }

    /** Two members take writes, though the second one has no copies yet. */
    @Test
    void waitsForCopies_whenALoneMemberIsJoined() {
        firstAnswer.countDown();
        safety.look();
        members.crash(1);
        awaitMembers(1);
        assertThrows(Refusal.class, () -> safety.await(Deadline.in(LIMIT))); // safe, but alone
        assertTrue(safety.settled());
        members.start(TestMap::member);
        awaitMembers(2);
        assertFalse(safety.settled());
    }

    private void awaitMembers(int count) {
        Await.until(
                LIMIT,
                "members: " + count,
                () -> ClusterSafety.members(members.hazelcast(0)).size() == count);
    }

    @Test
    void asksNobody_whileNobodyHasLeft() {
        safety.oneLeft();
        firstAnswer.countDown();
        safety.await(Deadline.in(LIMIT));
        safety.await(Deadline.in(LIMIT));
        assertEquals(1, asked.get());
    }

    /** What was asked before it may not know of it. */
    @Test
    void aLateAnswerDoesNotCount_ifOneHasLeftSince() throws Exception {
        safety.oneLeft();
        assertThrows(Refusal.class, () -> safety.await(Deadline.in(Duration.ofMillis(100))));
        safety.oneLeft();
        firstAnswer.countDown();
        first.join(LIMIT.toMillis());
        assertFalse(safety.settled());
        safety.await(Deadline.in(LIMIT));
        assertEquals(2, asked.get());
    }
}
