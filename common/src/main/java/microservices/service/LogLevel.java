package microservices.service;

/** Sets the level of our own log lines; the libraries' levels stand in simplelogger.properties. */
public final class LogLevel {

    private LogLevel() {}

    /** Call it before the first logger is made: slf4j-simple reads its configuration once. */
    public static void apply(String level) {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", level);
    }
}
