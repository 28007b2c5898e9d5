package microservices.system;

/** One thing that must be true of every run. */
interface Rule {

    void check(HistorySnapshot run, Findings findings);
}
