package microservices.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Writes entries of a map, and returns when all their copies are confirmed. {@code submitToKeys} does not wait for
 * copies, only {@code submitToKey} does: so of the keys of each partition the last one follows by itself. The copies of a
 * partition take one way, in order, and when the last one's are confirmed, those of the others are made.
 *
 * @param <V> the map's values
 * @param <X> what is written under a key
 * @param <R> what the processor returns for a key
 */
public final class CopiedWrite<V, X, R> {

    private final IMap<String, V> map;
    private final Function<Map<String, X>, EntryProcessor<String, V, R>> processor;
    private final String what;

    /**
     * @param processor of some of what is written, by key
     * @param what the write, for the error: {@code "writing the log"}
     */
    public CopiedWrite(
            IMap<String, V> map, Function<Map<String, X>, EntryProcessor<String, V, R>> processor, String what) {
        this.map = map;
        this.processor = processor;
        this.what = what;
    }

    /**
     * Writes groups of entries, the keys of each in one partition.
     *
     * @return what the processor returned, by key
     * @throws Refusal 503 if it is not known to have happened in all copies; may be repeated then
     */
    public Map<String, R> write(Collection<Map<String, X>> groups, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        List<CompletionStage<Map<String, R>>> most = new ArrayList<>();
        List<Map<String, X>> lasts = new ArrayList<>();
        for (Map<String, X> group : groups) {
            Map<String, X> rest = new HashMap<>(group);
            String last = group.keySet().iterator().next();
            lasts.add(Map.of(last, rest.remove(last)));
            if (!rest.isEmpty()) {
                most.add(map.submitToKeys(rest.keySet(), processor.apply(rest)));
            }
        }
        Map<String, R> results = new HashMap<>();
        ClusterCall.awaitAll(most, patience, what).forEach(results::putAll);

        List<CompletionStage<R>> confirming = new ArrayList<>();
        lasts.forEach(
                last -> confirming.add(map.submitToKey(last.keySet().iterator().next(), processor.apply(last))));
        List<R> confirmed = ClusterCall.awaitAll(confirming, Duration.ofNanos(deadline - System.nanoTime()), what);
        for (int i = 0; i < confirmed.size(); i++) {
            results.put(lasts.get(i).keySet().iterator().next(), confirmed.get(i));
        }
        return results;
    }

    /**
     * How many members those who wrote see, the least of them; see {@link ClusterMember#writeAllCopies}.
     *
     * @param seen how many the writer of a key sees, from what the processor returned for it
     */
    public static <R> int leastSeen(Map<String, R> results, ToIntFunction<R> seen) {
        return results.values().stream().mapToInt(seen).min().orElse(Integer.MAX_VALUE);
    }
}
