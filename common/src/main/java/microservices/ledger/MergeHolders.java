package microservices.ledger;

import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;

/**
 * How the ledgers of two parts of a cluster become one after a split: a holder beats none, and of two holders the one
 * in the larger part stays. The replica that does not stay finds out by {@link Confirm} and lets go.
 */
final class MergeHolders implements SplitBrainMergePolicy<Entry, MergingValue<Entry>, Object>, LedgerType {

    @Override
    public Object merge(MergingValue<Entry> merging, MergingValue<Entry> existing) {
        if (existing == null) {
            return merging.getRawValue();
        }
        Entry there = existing.getDeserializedValue();
        return there.holder() == null ? merging.getRawValue() : existing.getRawValue();
    }
}
