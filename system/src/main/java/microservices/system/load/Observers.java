package microservices.system.load;

import microservices.system.history.History;

/**
 * The threads of clients and readers: daemons. One that ends by an exception has stopped looking, so a loss could go
 * unseen from then on, and the run is invalid.
 */
final class Observers {

    private Observers() {}

    static Thread thread(History history, String name, Runnable run) {
        Thread thread = new Thread(run, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((ended, e) -> {
            history.broken(ended.getName() + " has stopped: " + e);
            ended.getThreadGroup().uncaughtException(ended, e); // which prints it
        });
        return thread;
    }
}
