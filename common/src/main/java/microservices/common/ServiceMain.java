package microservices.common;

import org.slf4j.LoggerFactory;

/** Runs a service's start, and ends the process with one clear message if it cannot start. */
public final class ServiceMain {

    /** A service's start: settings, build, start, register the shutdown. */
    public interface Start {
        void run() throws Exception;
    }

    private ServiceMain() {}

    /** Exit code 2: a setting is wrong; 1: a port is taken or something else failed. */
    public static void run(Start start) {
        try {
            start.run();
        } catch (IllegalArgumentException e) {
            System.err.println("The settings are wrong:" + System.lineSeparator() + e.getMessage());
            System.exit(2);
        } catch (Exception e) {
            System.err.println("Cannot start: " + e.getMessage());
            LoggerFactory.getLogger(ServiceMain.class).debug("Cannot start", e);
            System.exit(1);
        }
    }
}
