package microservices.logging;

import com.hazelcast.partition.PartitionService;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A key in each partition, by which a query names the partitions that it is about. */
final class PartitionKeys {

    private final List<String> keys;

    /** Tries keys until each partition has one: some thousands, once. */
    PartitionKeys(PartitionService partitions) {
        int count = partitions.getPartitions().size();
        String[] found = new String[count];
        for (int missing = count, i = 0; missing > 0; i++) {
            String key = String.valueOf(i);
            int partition = partitions.getPartition(key).getPartitionId();
            if (found[partition] == null) {
                found[partition] = key;
                missing--;
            }
        }
        keys = List.of(found);
    }

    /** All partitions, each in one of so many groups of about the same size; not more groups than partitions. */
    List<Set<String>> groups(int count) {
        int groups = Math.min(count, keys.size());
        List<Set<String>> all = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            all.add(new HashSet<>(keys.subList(keys.size() * group / groups, keys.size() * (group + 1) / groups)));
        }
        return all;
    }
}
