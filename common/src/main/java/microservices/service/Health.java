package microservices.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code GET /health} says: what is missing for this replica to keep its promises, and some facts to read along.
 *
 * @param missing one sentence each; empty means healthy
 * @param facts name to value, shown in the answer beside {@code missing}
 */
public record Health(List<String> missing, Map<String, String> facts) {

    public Health {
        missing = List.copyOf(missing);
        facts = new TreeMap<>(facts);
    }

    /** The same with more that is missing and more facts. */
    public Health with(List<String> alsoMissing, Map<String, String> moreFacts) {
        List<String> allMissing = new ArrayList<>(missing);
        allMissing.addAll(alsoMissing);
        Map<String, String> allFacts = new TreeMap<>(facts);
        allFacts.putAll(moreFacts);
        return new Health(allMissing, allFacts);
    }

    public boolean healthy() {
        return missing.isEmpty();
    }
}
