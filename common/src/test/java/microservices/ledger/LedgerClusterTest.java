package microservices.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import microservices.cluster.ClusterMember;
import microservices.concurrent.Deadline;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.Refusal;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the ledger decides, seen from the members of one cluster. */
@Timeout(60)
class LedgerClusterTest {

    private static final UUID A = new UUID(0, 1);
    private static final UUID B = new UUID(0, 2);

    @Test
    void eachBatchIsWonOnce_whenTwoRivalsClaimAllAtTheSameTime() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (TestMembers members = TestMembers.ofQueue(1, A, B)) {
            List<Batch> batches = TestMessages.batches(100, 3);
            register(ledger(members, 0), batches);

            CyclicBarrier together = new CyclicBarrier(2);
            Future<List<Batch>> wonByA = threads.submit(rival(ledger(members, 1), batches, A, together));
            Future<List<Batch>> wonByB = threads.submit(rival(ledger(members, 2), batches, B, together));

            List<Batch> won = new ArrayList<>(wonByA.get());
            won.addAll(wonByB.get());
            assertEquals(batches.size(), won.size(), "each is won by one of the two, and no more than once");
            assertEquals(Set.copyOf(batches), Set.copyOf(won));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void countsMessagesByTheLiveReplicaThatHoldsThem_andFindsTheOldestThatWaits() {
        try (TestMembers members = TestMembers.ofQueue(1, A, B)) {
            Ledger ledger = ledger(members, 0);
            assertEquals(new LedgerCounts(0, 0, Map.of(), 0, Optional.empty()), ledger.counts(Set.of(A, B)));
            List<Batch> batches = TestMessages.batches(40, 3);
            register(ledger, batches);
            register(ledger, List.of(Batch.of(new UUID(0, 5), List.of()))); // an empty one: nothing of it waits
            ledger.claim(TestMessages.ids(batches.subList(0, 10)), A);
            ledger.claim(TestMessages.ids(batches.subList(10, 25)), B);

            LedgerCounts counts = ledger(members, 1).counts(Set.of(A, B));
            Optional<UUID> oldest = Optional.of(batches.get(25).id());
            assertEquals(new LedgerCounts(41, 16, Map.of(A, 30L, B, 45L), 45, oldest), counts);
            assertEquals(120, counts.messages());
            assertEquals(0, counts.heldBy(new UUID(0, 3)));

            Optional<UUID> ofA = Optional.of(batches.get(0).id());
            assertEquals(new LedgerCounts(41, 26, Map.of(B, 45L), 75, ofA), ledger.counts(Set.of(B)), "A is gone");
        }
    }

    @Test
    void withdrawsWhatNobodyHolds_andNothingElse() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            Ledger ledger = ledger(members, 0);
            List<Batch> batches = TestMessages.batches(10, 3);
            register(ledger, batches);
            List<UUID> ids = TestMessages.ids(batches);
            ledger.claim(ids.subList(0, 4), A);
            assertEquals(Set.copyOf(ids.subList(4, 10)), ledger.waiting().toSet());

            assertEquals(Set.copyOf(ids.subList(4, 8)), ledger(members, 1).withdraw(ids.subList(0, 8)));
            assertEquals(Set.of(), ledger.withdraw(ids.subList(0, 8)), "once more");

            assertEquals(Set.copyOf(ids.subList(8, 10)), ledger.waiting().toSet());
            assertEquals(ids.subList(0, 4), ledger.heldBy(A).sorted());
            assertEquals(List.of(), ledger.claim(ids.subList(4, 8), A), "they are unknown");
        }
    }

    /** Claims some batches at a time, all rivals the same ones at the same moment. */
    private static Callable<List<Batch>> rival(
            Ledger ledger, List<Batch> batches, UUID holder, CyclicBarrier together) {
        return () -> {
            List<Batch> won = new ArrayList<>();
            for (int from = 0; from < batches.size(); from += 5) {
                together.await(20, TimeUnit.SECONDS);
                won.addAll(ledger.claim(TestMessages.ids(batches.subList(from, from + 5)), holder));
            }
            return won;
        };
    }

    @Test
    void aRepeatedClaimIsWonAgain_byTheSameHolderOnly() {
        try (TestMembers members = TestMembers.ofQueue(1, A, B)) {
            List<Batch> batches = TestMessages.batches(5, 4);
            Ledger ofA = ledger(members, 1);
            Ledger ofB = ledger(members, 2);
            register(ofA, batches);

            assertEquals(batches, ofA.claim(TestMessages.ids(batches), A));
            assertEquals(List.of(), ofB.claim(TestMessages.ids(batches), B));
            assertEquals(batches, ofA.claim(TestMessages.ids(batches), A));
        }
    }

    @Test
    void aClaimReturnsWhatItWonInTheOrderOfAcceptance_andNothingUnknown() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            List<Batch> batches = TestMessages.batches(20, 2);
            Ledger ledger = ledger(members, 1);
            register(ledger, batches);
            List<Batch> unknown = TestMessages.batches(3, 1);
            List<UUID> ids = new ArrayList<>(TestMessages.ids(unknown));
            ids.addAll(TestMessages.ids(batches));

            assertEquals(batches, ledger.claim(ids, A));
            // Nor does the claim invent an entry that a later registration would find taken.
            register(ledger, unknown);
            assertEquals(unknown, ledger.claim(TestMessages.ids(unknown), B));
        }
    }

    @Test
    void aRepeatedRegistrationTakesNoHolderAway() {
        try (TestMembers members = TestMembers.ofQueue(2, A)) {
            List<Batch> batches = TestMessages.batches(10, 2);
            List<Batch> claimed = batches.subList(0, 6);
            Ledger ledger = ledger(members, 0);
            register(ledger, batches);
            ledger.claim(TestMessages.ids(claimed), A);

            register(ledger(members, 1), batches);

            assertEquals(batches.subList(6, 10), ledger.claim(TestMessages.ids(batches), B));
            assertEquals(claimed, ledger.claim(TestMessages.ids(claimed), A));
        }
    }

    @Test
    void aHolderConfirmsWhatItHolds_andHearsWhatAnotherHolds() {
        try (TestMembers members = TestMembers.ofQueue(1, A, B)) {
            List<Batch> batches = TestMessages.batches(8, 3);
            List<UUID> ids = TestMessages.ids(batches);
            Ledger ledger = ledger(members, 0);
            register(ledger, batches.subList(0, 6)); // the last two the ledger has lost
            ledger.claim(ids.subList(0, 2), A);
            ledger.claim(ids.subList(2, 4), B); // the next two nobody holds

            assertEquals(Set.copyOf(ids.subList(2, 4)), ledger.confirm(batches, A));
            List<UUID> ofA = new ArrayList<>(ids);
            ofA.removeAll(ids.subList(2, 4));
            assertEquals(ofA, ledger.heldBy(A).sorted());
            assertEquals(ids.subList(2, 4), ledger.heldBy(B).sorted());
            assertEquals(6 * 3, ledger.countHeldBy(A));
            assertEquals(List.of(), ledger.claim(ids.subList(4, 8), B), "what was confirmed is held");
            assertEquals(batches.subList(6, 8), ledger.claim(ids.subList(6, 8), A), "and has its texts again");
        }
    }

    @Test
    void countsMessages_notBatches() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            List<Batch> large = TestMessages.batches(10, 7);
            List<Batch> lone = TestMessages.batches(10, 1);
            Ledger ledger = ledger(members, 0);
            assertEquals(0, ledger.countWaiting());
            register(ledger, large);
            register(ledger, lone);
            assertEquals(80, ledger.countWaiting());
            assertEquals(0, ledger.countHeldBy(A));

            ledger.claim(TestMessages.ids(large), A);
            assertEquals(10, ledger.countWaiting());
            assertEquals(70, ledger.countHeldBy(A));
            assertEquals(70, ledger(members, 1).countHeldBy(A), "whichever member is asked");
        }
    }

    @Test
    void listsTheIdsBetweenTwo_bothIncluded_whoeverHoldsThem() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            List<Batch> batches = TestMessages.batches(60, 2);
            List<UUID> ids = TestMessages.ids(batches);
            Ledger ledger = ledger(members, 0);
            register(ledger, batches);
            ledger.claim(ids.subList(0, 30), A);

            assertEquals(ids, ledger.between(BatchIds.FIRST, BatchIds.LAST).sorted());
            assertEquals(
                    ids.subList(10, 50),
                    ledger.between(ids.get(10), ids.get(49)).sorted());
            assertEquals(List.of(), ledger.between(ids.get(11), ids.get(10)).sorted());
        }
    }

    @Test
    void everyEntryIsThere_holderAndAll_whenTwoOfFourMembersCrashAtOnce() {
        try (TestMembers members = TestMembers.ofQueue(2, A, B)) {
            List<Batch> batches = TestMessages.batches(60, 5);
            List<Batch> claimed = batches.subList(0, 30);
            Ledger ledger = ledger(members, 0);
            register(ledger, batches);
            ledger.claim(TestMessages.ids(claimed), A);

            members.crash(1, 2);

            assertEquals(batches.subList(30, 60), ledger.claim(TestMessages.ids(batches), B));
            assertEquals(claimed, ledger.claim(TestMessages.ids(claimed), A));
        }
    }

    @Test
    void releaseTakesFromAGoneHolderOnly() {
        UUID gone = new UUID(0, 3);
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            List<Batch> batches = TestMessages.batches(6, 3);
            Batch empty = TestMessages.batch("none", 0);
            List<UUID> ids = TestMessages.ids(batches);
            Ledger ledger = ledger(members, 0);
            register(ledger, batches);
            register(ledger, List.of(empty));
            ledger.claim(ids.subList(0, 2), A);
            ledger.claim(ids.subList(2, 4), gone);
            ledger.claim(List.of(empty.id()), gone);
            List<UUID> all = new ArrayList<>(ids);
            all.add(empty.id());
            all.add(TestMessages.of("unknown").id());

            Map<UUID, Integer> free = new HashMap<>();
            ids.subList(2, 6).forEach(id -> free.put(id, 3));
            free.put(empty.id(), 0);
            assertEquals(free, ledger.release(all, Set.of(gone)), "what nobody holds now");
            assertEquals(batches.subList(2, 6), ledger.claim(ids, B));
            assertEquals(batches.subList(0, 2), ledger.claim(ids, A));
        }
    }

    @Test
    void theSharesOfTheMembersAreTheWholeLedger_withoutWhatTheLiveHold() {
        UUID gone = new UUID(0, 3);
        try (TestMembers members = TestMembers.ofQueue(1, A, B)) {
            List<Batch> batches = TestMessages.batches(90, 2);
            List<UUID> ids = TestMessages.ids(batches);
            Ledger ledger = ledger(members, 0);
            register(ledger, batches);
            ledger.claim(ids.subList(0, 30), A);
            ledger.claim(ids.subList(30, 60), gone);

            Map<UUID, Holding> unheld = new HashMap<>();
            int shares = 0;
            for (int i = 0; i < 3; i++) {
                Map<UUID, Holding> share = ledger(members, i).localNotHeldBy(Set.of(A, B));
                assertTrue(share.size() < 60, "no member has all of it");
                unheld.putAll(share);
                shares += share.size();
            }
            assertEquals(60, shares, "no entry is in two shares");
            assertEquals(Set.copyOf(ids.subList(30, 90)), unheld.keySet());
            ids.subList(30, 60)
                    .forEach(
                            id -> assertEquals(Optional.of(gone), unheld.get(id).holder()));
            ids.subList(60, 90)
                    .forEach(id -> assertEquals(Optional.empty(), unheld.get(id).holder()));
            unheld.values().forEach(holding -> assertEquals(2, holding.messages()));

            List<UUID> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiting.addAll(ledger(members, i).localWaiting().keySet());
            }
            waiting.sort(BatchIds.ORDER);
            assertEquals(ids.subList(60, 90), waiting);
        }
    }

    @Test
    void refuses_whileItsMemberIsNotEstablished() {
        Ledger ledger = new Ledger(new ClusterMember("queue", 2));
        List<Batch> batches = TestMessages.batches(1, 1);
        assertEquals(
                503,
                assertThrows(Refusal.class, () -> register(ledger, batches)).status());
    }

    private static Ledger ledger(TestMembers members, int index) {
        return new Ledger(members.get(index));
    }

    private static void register(Ledger ledger, List<Batch> batches) {
        ledger.register(batches, Deadline.in(TestMessages.PATIENCE));
    }
}
