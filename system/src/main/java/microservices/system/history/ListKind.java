package microservices.system.history;

/** Which list: everything logged, or what one messages replica holds. */
public enum ListKind {
    LOG,
    HELD
}
