package microservices.system;

/** A part of a run's time, for one replica: when it could not answer, or when its clients must notice nothing. */
record Stretch(String replica, Span time) {}
