package microservices.system.local;

/** The three kinds of services, with where the replicas of each listen. */
public enum Service {
    LOGGING("logging", 8980, 5701, 3, 5711),
    MESSAGES("messages", 8180, 5706, 2, 5731),
    FACADE("facade", 8000, 5704, 2, 5751);

    private final String module;
    private final int firstHttpPort;
    private final int firstMemberPort;
    private final int usualReplicas;
    private final int furtherMemberPort;

    Service(String module, int firstHttpPort, int firstMemberPort, int usualReplicas, int furtherMemberPort) {
        this.module = module;
        this.firstHttpPort = firstHttpPort;
        this.firstMemberPort = firstMemberPort;
        this.usualReplicas = usualReplicas;
        this.furtherMemberPort = furtherMemberPort;
    }

    String module() {
        return module;
    }

    int usualReplicas() {
        return usualReplicas;
    }

    /** The name of the n-th replica, counted from 1. */
    public String replica(int n) {
        return module + "-service-" + n;
    }

    int httpPort(int n) {
        return firstHttpPort + n - 1;
    }

    /** The usual replicas' ports stand side by side, so further ones have a range of their own. */
    int memberPort(int n) {
        return n <= usualReplicas ? firstMemberPort + n - 1 : furtherMemberPort + n - usualReplicas - 1;
    }
}
