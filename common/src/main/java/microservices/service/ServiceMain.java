package microservices.service;

import java.net.ProxySelector;
import java.security.Security;
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
        // A replica that starts again may have another address by the same name, or one where it had none. The JVM
        // remembers an address for 30 s and the lack of one for 10 s; this must be set before the first look-up.
        Security.setProperty("networkaddress.cache.ttl", "5");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
        // A replica asks nobody but other replicas, and these never through a proxy that is set for the JVM.
        ProxySelector.setDefault(null);
        // A thread that ends by an error leaves a replica that looks alive and does not work; the others take over.
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            LoggerFactory.getLogger(ServiceMain.class)
                    .error("{} has failed, and so this replica ends", thread.getName(), e);
            Runtime.getRuntime().halt(1);
        });
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
