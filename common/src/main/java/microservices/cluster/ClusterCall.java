package microservices.cluster;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import microservices.concurrent.Deadline;
import microservices.message.Refusal;

/** Waits for the cluster, never longer than told, and turns what goes wrong there into a 503. */
public final class ClusterCall {

    private ClusterCall() {}

    /**
     * The result of a call under way.
     *
     * @param what the call, for the error: {@code "writing the log"}
     * @throws Refusal 503 if it fails or takes longer; what it was to do may still happen
     */
    public static <T> T await(CompletionStage<T> call, Duration patience, String what) {
        try {
            return call.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw unknown(what, e.getCause());
        } catch (TimeoutException e) {
            throw Refusal.unknown(what + " took too long; send the request again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.unknown(what + " was interrupted, this replica is stopping", e);
        }
    }

    /**
     * The results of calls under way, in their order: as {@link #await}, and all of them by the deadline.
     *
     * @throws Refusal 503 if one of them fails or takes longer
     */
    public static <T> List<T> awaitAll(Collection<? extends CompletionStage<T>> calls, Deadline deadline, String what) {
        List<T> results = new ArrayList<>(calls.size());
        for (CompletionStage<T> call : calls) {
            results.add(await(call, deadline.left(), what));
        }
        return results;
    }

    /**
     * The result of a call that has no asynchronous form. It takes as long as Hazelcast's call timeout at most.
     *
     * @throws Refusal 503 if it fails
     */
    public static <T> T call(Supplier<T> call, String what) {
        try {
            return call.get();
        } catch (HazelcastException | IllegalStateException e) {
            throw unknown(what, e);
        }
    }

    private static Refusal unknown(String what, Throwable cause) {
        if (cause instanceof SplitBrainProtectionException) {
            return Refusal.unknown(what + " needs more members than are here; start one and send again", cause);
        }
        if (cause instanceof HazelcastInstanceNotActiveException) {
            return Refusal.unknown(what + " failed, this replica is stopping; send it to another one", cause);
        }
        return Refusal.unknown(what + " failed; send the request again", cause);
    }
}
