package microservices.cluster;

import java.util.ArrayList;
import java.util.List;

/** Cuts long lists, so that no single operation of the cluster takes long. */
public final class Chunks {

    private Chunks() {}

    /**
     * Views of a list's parts, in order; none of an empty list.
     *
     * @param size of each part but the last, at least 1
     */
    public static <T> List<List<T>> of(List<T> list, int size) {
        List<List<T>> chunks = new ArrayList<>();
        for (int from = 0; from < list.size(); from += size) {
            chunks.add(list.subList(from, Math.min(list.size(), from + size)));
        }
        return chunks;
    }
}
