package microservices.system.history;

/** A part of a run's time, for one replica: when it could not answer, or when its clients must notice nothing. */
public record ReplicaInterval(String replica, Interval time) {}
