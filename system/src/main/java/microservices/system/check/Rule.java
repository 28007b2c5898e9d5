package microservices.system.check;

import microservices.system.history.HistorySnapshot;

/** One thing that must be true of every run. */
interface Rule {

    void check(HistorySnapshot run, Findings findings);
}
