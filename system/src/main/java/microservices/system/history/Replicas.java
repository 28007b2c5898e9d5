package microservices.system.history;

import java.util.HashSet;
import java.util.Set;

/** The names of the replicas that a history may speak of. */
public record Replicas(Set<String> facades, Set<String> logging, Set<String> messages) {

    public Replicas {
        facades = Set.copyOf(facades);
        logging = Set.copyOf(logging);
        messages = Set.copyOf(messages);
    }

    Set<String> all() {
        Set<String> all = new HashSet<>(facades);
        all.addAll(logging);
        all.addAll(messages);
        return all;
    }

    /** Whose list it is. */
    Set<String> with(ListKind kind) {
        return switch (kind) {
            case LOG -> logging;
            case HELD -> messages;
        };
    }
}
