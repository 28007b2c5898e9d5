package microservices.system.torture;

import java.time.Duration;
import java.util.Date;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** A program that prints what time it is, by both clocks, and how long its timed waits took, all in milliseconds. */
final class ClockReport {

    static final Duration WAIT = Duration.ofMillis(300);

    private interface Wait {
        void end() throws Exception;
    }

    private ClockReport() {}

    public static void main(String[] args) throws Exception {
        long millis = WAIT.toMillis();
        System.out.println("time-of-day " + System.currentTimeMillis());
        System.out.println("monotonic " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        measure("sleep", () -> Thread.sleep(millis));
        measure("wait", () -> {
            Object monitor = new Object();
            synchronized (monitor) {
                monitor.wait(millis);
            }
        });
        measure("parkNanos", () -> LockSupport.parkNanos(WAIT.toNanos()));
        measure("parkUntil", () -> LockSupport.parkUntil(System.currentTimeMillis() + millis));
        measure("poll", () -> new ArrayBlockingQueue<String>(1).poll(millis, TimeUnit.MILLISECONDS));
        measure("awaitUntil", () -> {
            ReentrantLock lock = new ReentrantLock();
            lock.lock();
            lock.newCondition().awaitUntil(new Date(System.currentTimeMillis() + millis));
        });
    }

    private static void measure(String name, Wait wait) throws Exception {
        long start = System.nanoTime();
        wait.end();
        System.out.println(name + " " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }
}
