package microservices.system.history;

/** What the status of its answer tells a client about a post: the message is kept, it is not, or nobody knows. */
public enum Outcome {
    /** 201. */
    ACKNOWLEDGED,
    /** 4xx: definitely not applied. */
    REFUSED,
    /** Anything else, no answer included: may appear, at most once. */
    UNKNOWN;

    public static Outcome of(int status) {
        if (status == 201) {
            return ACKNOWLEDGED;
        }
        return status >= 400 && status < 500 ? REFUSED : UNKNOWN;
    }
}
